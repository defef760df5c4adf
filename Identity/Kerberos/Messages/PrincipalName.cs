using System.Collections.Immutable;
using System.Formats.Asn1;

namespace CopyTrack.Identity.Kerberos.Messages;

/// <summary>
/// <code>PrincipalName ::= SEQUENCE { name-type [0] Int32, name-string [1] SEQUENCE OF KerberosString }</code>
/// (RFC 4120 §5.2.2). The type is a hint: two names are equal when their components are (§6.2).
/// </summary>
public sealed record PrincipalName(int Type, ImmutableArray<string> Parts)
{
    /// <summary>A user or service by its name.</summary>
    public const int Principal = 1;

    /// <summary>Service and instance, as krbtgt/REALM.</summary>
    public const int Service = 2;

    /// <summary>user@suffix as one component (RFC 6806 §5).</summary>
    public const int Enterprise = 10;

    private const int MaxParts = 16;

    /// <summary>The ticket-granting service of <paramref name="realm"/>.</summary>
    public static PrincipalName TicketGranting(string realm) => new(Service, ["krbtgt", realm]);

    /// <summary>True when the components are the same, letter by letter.</summary>
    public bool Equals(PrincipalName? other) => other is not null && Parts.SequenceEqual(other.Parts, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => Parts.Aggregate(Parts.Length, (hash, part) => HashCode.Combine(hash, part));

    /// <summary>The components with "/" between; a "/", "@" or "\" inside one is escaped by "\", so that no two names look alike.</summary>
    public override string ToString() => string.Join('/', Parts.Select(Escape));

    internal static string Escape(string part) =>
        part.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("/", @"\/", StringComparison.Ordinal).Replace("@", @"\@", StringComparison.Ordinal);

    internal void Write(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            writer.Member(0, Type);
            writer.Member(1, w =>
            {
                using (w.PushSequence())
                {
                    foreach (var part in Parts)
                    {
                        w.Text(part);
                    }
                }
            });
        }
    }

    internal static PrincipalName Read(AsnReader reader)
    {
        var name = reader.ReadSequence();
        var type = name.Member(0).Only(KerberosDer.Int32);
        var parts = name.Member(1).Only(r => r.List(MaxParts, KerberosDer.Text));
        name.ThrowIfNotEmpty();
        return parts.Count == 0 ? throw new AsnContentException("a name without components") : new PrincipalName(type, [.. parts]);
    }
}

/// <summary>A name in its realm: who somebody is. Equal when components and realm are, letter by letter.</summary>
public sealed record Principal(PrincipalName Name, string Realm)
{
    /// <summary>The whole principal as it stands in the user table: <c>alice@EXAMPLE.COM</c>.</summary>
    public override string ToString() => $"{Name}@{PrincipalName.Escape(Realm)}";
}
