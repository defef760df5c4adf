using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CopyTrack.Identity.Kerberos;
using CopyTrack.Identity.Kerberos.Messages;
using CopyTrack.Identity.Kerberos.Pkinit;

namespace CopyTrack.Server.Kerberos;

/// <summary>
/// What the settings and their files give: whether passwords and smart cards can be checked at all, and if not, why. Read when the server starts; keytab and
/// revocation lists are read again when their files change.
/// </summary>
internal sealed class KerberosSite
{
    private readonly KerberosOptions? options;
    private readonly Lock gate = new();
    private (DateTime Written, KerberosRules Rules, string? CardFault)? current;

    /// <summary>Tries once; <see cref="PasswordOff"/> and <see cref="SmartCardOff"/> say what is missing.</summary>
    public KerberosSite(KerberosOptions? options)
    {
        this.options = options;
        try
        {
            Rules();
            SmartCardOff = CardFault;
        }
        catch (KerberosSetupException fault)
        {
            PasswordOff = fault.Message;
            SmartCardOff = fault.Message;
        }
    }

    /// <summary>Why passwords can't be checked; null when they can.</summary>
    public string? PasswordOff { get; }

    /// <summary>Why smart cards can't be checked; null when they can.</summary>
    public string? SmartCardOff { get; }

    /// <summary>Why the rules of now know no smart cards; null when they do. What is wrong with cards does not keep passwords away.</summary>
    public string? CardFault
    {
        get
        {
            lock (gate)
            {
                return current?.CardFault;
            }
        }
    }

    /// <summary>Where the keys of our own service are; null without.</summary>
    public string? KeytabFile => options?.KeytabFile;

    /// <summary>How long a person may take to type the card's PIN.</summary>
    public TimeSpan SignPatience => options?.SmartCard?.Sign ?? TimeSpan.Zero;

    /// <summary>The rules of now. Throws <see cref="KerberosSetupException"/> with key and reason when a file can't be used (any more).</summary>
    public KerberosRules Rules()
    {
        var set = options ?? throw new KerberosSetupException("Kerberos:Realm is not set");
        if (set.KeytabFile is not { } keytab)
        {
            throw new KerberosSetupException("Kerberos:KeytabFile is not set: without a key of our own nothing proves that the KDC is the real one");
        }

        var written = Files(set, keytab).Max(File.GetLastWriteTimeUtc);
        lock (gate)
        {
            if (current is not { } known || known.Written != written)
            {
                var (rules, fault) = Read(set, keytab);
                current = known = (written, rules, fault);
            }

            return known.Rules;
        }
    }

    private static IEnumerable<string> Files(KerberosOptions set, string keytab) =>
        [keytab, .. set.SmartCard is { } card ? new[] { card.AnchorFile, card.IntermediateFile }.OfType<string>().Concat(card.CrlFiles) : []];

    private static (KerberosRules Rules, string? CardFault) Read(KerberosOptions set, string file)
    {
        var keytab = Load("Kerberos:KeytabFile", file, bytes => Keytab.Read(bytes));
        var service = set.Service is { } named ? Named(named, set.Realm)
            : keytab.Entries.IsEmpty ? throw new KerberosSetupException($"Kerberos:KeytabFile: {file} has no AES key (types 17 to 20)")
            : keytab.Entries[0].Principal;
        if (keytab.Entries.All(e => e.Principal != service))
        {
            throw new KerberosSetupException($"Kerberos:KeytabFile: {file} has no AES key of {service}");
        }

        var rules = new KerberosRules { Realm = set.Realm, Realms = [set.Realm, .. set.Realms], Service = service, Keytab = keytab };
        try
        {
            return set.SmartCard is { } card ? (rules with { Pkinit = Cards(card) }, null) : (rules, "Kerberos:SmartCard:AnchorFile is not set");
        }
        catch (KerberosSetupException fault)
        {
            return (rules, fault.Message);
        }
    }

    private static Principal Named(string text, string realm)
    {
        var at = text.LastIndexOf('@');
        var (name, of) = at < 0 ? (text, realm) : (text[..at], text[(at + 1)..]);
        return new Principal(new PrincipalName(PrincipalName.Service, [.. name.Split('/')]), of);
    }

    private static PkinitRules Cards(SmartCardOptions card) => new()
    {
        Anchors = Load("Kerberos:SmartCard:AnchorFile", card.AnchorFile, Certificates),
        Intermediates = card.IntermediateFile is { } file ? Load("Kerberos:SmartCard:IntermediateFile", file, Certificates) : [],
        KdcHostNames = card.KdcHostNames, Group = card.Group, RequireFreshness = card.RequireFreshness,
        RevocationLists = card.CrlFiles.IsEmpty ? null : [.. card.CrlFiles.Select(f => Load("Kerberos:SmartCard:CrlFiles", f, RevocationList.Read))],
    };

    private static ImmutableArray<X509Certificate2> Certificates(byte[] file)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(System.Text.Encoding.ASCII.GetString(file));
        return certificates.Count == 0 ? throw new FormatException("no certificate in it (PEM)") : [.. certificates];
    }

    private static T Load<T>(string key, string file, Func<byte[], T> read)
    {
        try
        {
            return read(File.ReadAllBytes(file));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException or CryptographicException)
        {
            throw new KerberosSetupException($"{key}: {file}: {fault.Message}");
        }
    }
}

/// <summary>Kerberos can't be used as it is set up; the message names key and reason.</summary>
internal sealed class KerberosSetupException(string message) : Exception(message);
