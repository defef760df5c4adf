using System.Collections.Immutable;
using CopyTrack.Identity.Ldap;

namespace CopyTrack.Identity.Replication;

/// <summary>What a server says of itself (RFC 4512 §5.1).</summary>
public sealed record RootDse
{
    private const string AdCapability = "1.2.840.113556.1.4.800";

    /// <summary>Roots of its trees.</summary>
    public ImmutableArray<string> NamingContexts { get; init; } = [];

    /// <summary>Controls that it knows.</summary>
    public ImmutableArray<string> Controls { get; init; } = [];

    /// <summary>True for Active Directory and what behaves like it.</summary>
    public bool IsActiveDirectory { get; init; }

    /// <summary>The main tree of Active Directory.</summary>
    public string? DefaultNamingContext { get; init; }

    /// <summary>The highest change number at this server (Active Directory).</summary>
    public long? HighestUsn { get; init; }

    /// <summary>Entry of the server's settings (Active Directory).</summary>
    public string? DsServiceName { get; init; }

    /// <summary>Reads it. Throws <see cref="LdapException"/>.</summary>
    public static async Task<RootDse> ReadAsync(ILdapConnection connection, CancellationToken cancellationToken)
    {
        var entry = await BaseEntry.ReadAsync(connection, "", ["namingContexts", "supportedControl", "supportedCapabilities", "defaultNamingContext", "highestCommittedUSN", "dsServiceName"], cancellationToken)
            ?? throw new LdapException(LdapCause.AccessRefused, $"{connection.Server}: the directory does not show its root entry: let the reading account see it");
        return new RootDse
        {
            NamingContexts = entry.Texts("namingContexts"),
            Controls = entry.Texts("supportedControl"),
            IsActiveDirectory = entry.Texts("supportedCapabilities").Contains(AdCapability),
            DefaultNamingContext = entry.Text("defaultNamingContext"),
            HighestUsn = long.TryParse(entry.Text("highestCommittedUSN"), System.Globalization.CultureInfo.InvariantCulture, out var usn) ? usn : null,
            DsServiceName = entry.Text("dsServiceName"),
        };
    }
}

/// <summary>Reads single entries.</summary>
public static class BaseEntry
{
    /// <summary>The entry of that name; null when there is none or it is not shown. Throws <see cref="LdapException"/> for any other failure.</summary>
    public static async Task<LdapEntry?> ReadAsync(
        ILdapConnection connection, string dn, ImmutableArray<string> attributes, CancellationToken cancellationToken, ImmutableArray<LdapControl> controls = default)
    {
        LdapEntry? found = null;
        var search = new LdapSearch(dn, LdapScope.Base, new LdapFilter.Present("objectClass"), attributes);
        await foreach (var message in connection.SearchAsync(search, controls.IsDefault ? [] : controls, cancellationToken))
        {
            found = message.Response is LdapResponse.Entry entry ? entry.Value : found;
            if (message.Response is LdapResponse.Done { Result: { Code: not (0 or 32) } result })
            {
                throw LdapFailures.Of(connection.Server, result, dn);
            }
        }

        return found;
    }
}

/// <summary>Attributes of more values than Active Directory gives at once (MS-ADTS 3.1.1.3.1.3.3: <c>member;range=0-1499</c>).</summary>
public static class RangedValues
{
    private const int MaxRounds = 10_000;

    /// <summary>True when the entry holds only a range of the attribute.</summary>
    public static bool IsRanged(LdapEntry entry, string attribute) => RangeOf(entry, attribute) is not null;

    /// <summary>All values, range by range. Throws <see cref="LdapException"/>, also when ranges do not end or the entry is gone.</summary>
    public static async IAsyncEnumerable<string> ReadAsync(
        ILdapConnection connection, string dn, string attribute, ImmutableArray<LdapControl> controls, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var from = 0L;
        for (var round = 0; round < MaxRounds; round++)
        {
            var asked = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{attribute};range={from}-*");
            var entry = await BaseEntry.ReadAsync(connection, dn, [asked], cancellationToken, controls)
                ?? throw new LdapException(LdapCause.NoSuchBase, $"{connection.Server}: a group went while it was read: the next run tries again");
            var name = RangeOf(entry, attribute);
            foreach (var value in entry.Texts(name ?? attribute))
            {
                yield return value;
            }

            if (name is null || name.EndsWith("-*", StringComparison.Ordinal))
            {
                yield break;
            }

            from = long.TryParse(name.AsSpan(name.LastIndexOf('-') + 1), System.Globalization.CultureInfo.InvariantCulture, out var last) && last >= from
                ? last + 1
                : throw new LdapException(LdapCause.Protocol, $"{connection.Server}: the directory sends ranges of a group that make no sense");
        }

        throw new LdapException(LdapCause.EndlessPages, $"{connection.Server}: the members of a group do not end");
    }

    private static string? RangeOf(LdapEntry entry, string attribute) =>
        entry.Names.FirstOrDefault(n => n.StartsWith(attribute + ";range=", StringComparison.OrdinalIgnoreCase));
}
