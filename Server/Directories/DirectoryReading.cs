using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CopyTrack.Identity.Ldap;
using CopyTrack.Identity.Replication;

namespace CopyTrack.Server.Directories;

/// <summary>A setting of a directory that can't be; <see cref="Key"/> names it as the configuration does, empty for the directory's name.</summary>
internal sealed class DirectoryFaultException(string key, string message) : Exception(message)
{
    public string Key { get; } = key;
}

/// <summary>Reads the settings of one directory, wherever they stand. Each fault names its key.</summary>
internal sealed class DirectoryReading(Func<string, string?, string?> text)
{
    private const string CertificateFile = "ClientCertificateFile";

    /// <summary>
    /// The directory of a name. <paramref name="text"/> gives the text of a key, or its second argument where nothing is set. Throws <see cref="DirectoryFaultException"/> and, for a part of the
    /// mapping, <see cref="MappingFaultException"/>.
    /// </summary>
    public static DirectoryOptions Of(string name, Func<string, string?, string?> text) =>
        name.Length is 0 or > 64 || name.Any(char.IsControl) ? throw new DirectoryFaultException("", "the name is too long or contains a control character") : new DirectoryReading(text).Options(name);

    private DirectoryOptions Options(string name)
    {
        var d = new DirectoryOptions { Name = name, Servers = [], BaseDn = "" };
        return d with
        {
            Servers = Servers(),
            Connection = Connection(),
            BindDn = text("BindDn", null),
            Password = text("Password", null),
            PasswordFile = text("PasswordFile", null),
            BaseDn = Dn("BaseDn", text("BaseDn", null) ?? throw new DirectoryFaultException(nameof(DirectoryOptions.BaseDn), "is missing: where the people are, such as ou=people,dc=example,dc=org")),
            Filter = Filter("Filter"),
            GroupBaseDn = text("GroupBaseDn", null) is { } groups ? Dn("GroupBaseDn", groups) : null,
            GroupFilter = Filter("GroupFilter"),
            GroupName = text("GroupName", d.GroupName)!,
            Map = MapTexts.Of(key => text("Map:" + key, null)).Over(new MapOptions()),
            Changes = Changes(),
            PageSize = Number("PageSize", d.PageSize, 1, 10_000),
            MaxEntries = Number("MaxEntries", d.MaxEntries, 1, 10_000_000),
            Every = TimeSpan.FromMinutes(Number("EveryMinutes", (int)d.Every.TotalMinutes, 1, 1440)),
            FullEvery = TimeSpan.FromHours(Number("FullHours", (int)d.FullEvery.TotalHours, 1, 720)),
            MaxRun = TimeSpan.FromMinutes(Number("MaxRunMinutes", (int)d.MaxRun.TotalMinutes, 1, 1440)),
            Removal = new RemovalLimits
            {
                Percent = Number("MaxRemovePercent", d.Removal.Percent, 0, 100), Count = Number("MaxRemoveCount", d.Removal.Count, 0, 10_000_000),
            },
            PurgeAfter = Number("PurgeDays", 90, 0, 3650) is > 0 and var days ? TimeSpan.FromDays(days) : null,
            Adopt = Flag("Adopt", d.Adopt),
        };
    }

    private ImmutableArray<LdapServer> Servers()
    {
        var servers = (text("Servers", null) ?? throw new DirectoryFaultException(nameof(DirectoryOptions.Servers), "is missing: ldaps://HOST or ldap://HOST (with StartTLS), several with ; between"))
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(server => LdapServer.Parse(server) ?? throw new DirectoryFaultException(nameof(DirectoryOptions.Servers), $"'{server}' is neither ldaps://HOST[:PORT] nor ldap://HOST[:PORT]")).ToImmutableArray();
        return servers.Length > 0 ? servers : throw new DirectoryFaultException(nameof(DirectoryOptions.Servers), "names no server");
    }

    private LdapSettings Connection()
    {
        var d = new LdapSettings();
        var (certificate, key) = (text(CertificateFile, null), text("ClientKeyFile", null));
        if (certificate is null != key is null)
        {
            throw new DirectoryFaultException(CertificateFile, "needs ClientKeyFile beside it, and the other way round");
        }

        return d with
        {
            TrustedCas = text("CaFile", null) is { } ca ? Load("CaFile", () => Cas(c => c.ImportFromPemFile(ca)))
                : text(EnteredDirectory.Ca, null) is { } pem ? Load(EnteredDirectory.Ca, () => Cas(c => c.ImportFromPem(pem))) : null,
            ClientCertificate = certificate is null ? null : Load(CertificateFile, () => X509Certificate2.CreateFromPemFile(certificate, key)),
            CheckRevocation = Flag("CheckRevocation", d.CheckRevocation),
            ConnectTimeout = TimeSpan.FromSeconds(Number("ConnectSeconds", (int)d.ConnectTimeout.TotalSeconds, 1, 120)),
            ReplyTimeout = TimeSpan.FromSeconds(Number("ReplySeconds", (int)d.ReplyTimeout.TotalSeconds, 1, 600)),
        };
    }

    private static X509Certificate2Collection Cas(Action<X509Certificate2Collection> import)
    {
        var cas = new X509Certificate2Collection();
        import(cas);
        return cas.Count > 0 ? cas : throw new CryptographicException("it holds no certificate");
    }

    private LdapFilter? Filter(string key)
    {
        try
        {
            return text(key, null) is { } filter ? LdapFilter.Parse(filter) : null;
        }
        catch (FormatException e)
        {
            throw new DirectoryFaultException(key, $"is no filter: {e.Message}");
        }
    }

    private string? Changes() => text("Changes", "auto") switch
    {
        "auto" => null,
        { } method when Feeds.Methods.Contains(method) => method,
        var other => throw new DirectoryFaultException(nameof(DirectoryOptions.Changes), $"'{other}' is none of auto, {string.Join(", ", Feeds.Methods)}"),
    };

    private static string Dn(string key, string dn) => LdapDn.IsValid(dn) ? dn : throw new DirectoryFaultException(key, $"'{dn}' is no distinguished name, such as ou=people,dc=example,dc=org");

    private int Number(string key, int otherwise, int least, int most)
    {
        var number = text(key, otherwise.ToString(CultureInfo.InvariantCulture))!;
        return int.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most ? value
            : throw new DirectoryFaultException(key, string.Create(CultureInfo.InvariantCulture, $"'{number}' is not a whole number from {least} to {most}"));
    }

    private bool Flag(string key, bool otherwise)
    {
        var flag = text(key, otherwise ? "true" : "false")!;
        return bool.TryParse(flag, out var value) ? value : throw new DirectoryFaultException(key, $"'{flag}' is neither true nor false");
    }

    private static T Load<T>(string key, Func<T> load)
    {
        try
        {
            return load();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new DirectoryFaultException(key, e.Message);
        }
    }
}
