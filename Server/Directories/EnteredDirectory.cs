using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace CopyTrack.Server.Directories;

/// <summary>
/// The settings of a directory that somebody entered on the page or by REST, as texts under the keys of the configuration; what is not said is as there. Files of the server can't be named: whoever
/// may enter a directory need not be allowed to read them, so authorities stand here themselves.
/// </summary>
internal sealed record EnteredDirectory
{
    /// <summary>Key of the authorities in PEM, in place of the file's <c>CaFile</c>.</summary>
    public const string Ca = "Ca";

    /// <summary>Key of the kind of directory.</summary>
    public const string Kind = "Kind";

    /// <summary>The two kinds: what is usual there stands in empty fields.</summary>
    public const string OpenLdap = "ldap", ActiveDirectory = "activeDirectory";

    private const int MaxText = 2048, MaxCa = 100_000;

    /// <summary>All keys.</summary>
    public static ImmutableArray<string> Keys { get; } =
    [
        Kind, "Servers", Ca, "CheckRevocation", "BindDn", "BaseDn", "Filter", "GroupBaseDn", "GroupFilter", "GroupName", "Changes", "PageSize", "MaxEntries", "EveryMinutes", "FullHours", "MaxRunMinutes",
        "MaxRemovePercent", "MaxRemoveCount", "PurgeDays", "Adopt", "ConnectSeconds", "ReplySeconds",
    ];

    // Whom the password goes to, and as whose.
    private static readonly string[] s_peer = ["Servers", Ca, "BindDn"];

    // Who is found.
    private static readonly string[] s_whom = [Kind, "BaseDn", "Filter", "GroupBaseDn", "GroupFilter", "GroupName"];

    private readonly ImmutableSortedDictionary<string, string> texts;

    private EnteredDirectory(IEnumerable<KeyValuePair<string, string>> texts) => this.texts = texts.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>The text of a key; null when nothing is said.</summary>
    public string? this[string key] => texts.GetValueOrDefault(key);

    /// <summary>What <paramref name="text"/> says of each key, without spaces around it; nothing counts as unsaid.</summary>
    public static EnteredDirectory Of(Func<string, string?> text) => new(Keys.Select(key => KeyValuePair.Create(key, text(key)?.Trim() ?? "")).Where(p => p.Value.Length > 0));

    /// <summary>As stored; keys that this program does not know are left out.</summary>
    public static EnteredDirectory OfStored(string stored)
    {
        var read = JsonSerializer.Deserialize<Dictionary<string, string>>(stored)!;
        return Of(read.GetValueOrDefault);
    }

    /// <summary>JSON for the table.</summary>
    public string ToStored() => JsonSerializer.Serialize(texts);

    /// <summary>The same with nothing but certificates among the authorities: whatever else was pasted beside them is not kept.</summary>
    public EnteredDirectory WithCertificatesAlone()
    {
        if (this[Ca] is not { } pem)
        {
            return this;
        }

        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(pem);
        return new EnteredDirectory(texts.SetItem(Ca, string.Join('\n', certificates.Select(c => c.ExportCertificatePem()))));
    }

    /// <summary>The same of the kind that the directory says it is.</summary>
    public EnteredDirectory OfKind(string kind) => new(texts.SetItem(Kind, kind));

    /// <summary>Whether somebody else would get the password than before.</summary>
    public bool HasAnotherPeer(EnteredDirectory before) => s_peer.Any(key => this[key] != before[key]);

    /// <summary>Whether other people would be found than before.</summary>
    public bool FindsOthers(EnteredDirectory before) => s_whom.Any(key => this[key] != before[key]);

    /// <summary>The directory of a name, by the same rules as in the configuration. Throws <see cref="DirectoryFaultException"/>.</summary>
    public DirectoryOptions Options(string name)
    {
        foreach (var (key, value) in texts)
        {
            if (value.Length > (key == Ca ? MaxCa : MaxText))
            {
                throw new DirectoryFaultException(key, "is too long");
            }

            if (value.Any(c => char.IsControl(c) && !(key == Ca && c is '\r' or '\n' or '\t')))
            {
                throw new DirectoryFaultException(key, "contains a control character");
            }
        }

        return this[Kind] is null or OpenLdap or ActiveDirectory
            ? DirectoryReading.Of(name, (key, otherwise) => this[key] ?? otherwise) with { Entered = ToStored() }
            : throw new DirectoryFaultException(Kind, $"'{this[Kind]}' is no kind of directory: ldap or activeDirectory");
    }

    /// <summary>The same records what they say.</summary>
    public bool Equals(EnteredDirectory? other) => other is not null && texts.SequenceEqual(other.texts);

    /// <inheritdoc/>
    public override int GetHashCode() => texts.Count;

    /// <inheritdoc/>
    public override string ToString() => this["Servers"] ?? "";
}
