using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CopyTrack.Identity.Ldap;
using CopyTrack.Identity.Replication;
using CopyTrack.Server.Directories;

namespace CopyTrack.Server.Hosting;

/// <summary>Reads <c>Directories:NAME:…</c>; every fault names its key.</summary>
internal static class DirectorySettings
{
    /// <summary>All directories; throws <see cref="ConfigurationFault"/>.</summary>
    public static ImmutableArray<DirectoryOptions> Read(SettingReader read) => [.. read.Section("Directories").Select(child => One(read, child.Name)).ToList()];

    private static DirectoryOptions One(SettingReader read, string name)
    {
        var at = $"Directories:{name}:";
        if (name.Length > 64 || name.Any(char.IsControl))
        {
            throw new ConfigurationFault($"Directories:{name}", "the name is too long or contains a control character");
        }

        var d = new DirectoryOptions { Name = name, Servers = [], BaseDn = "" };
        return d with
        {
            Servers = Servers(read, at),
            Connection = Connection(read, at),
            BindDn = read.Text(at + "BindDn", null),
            Password = read.Text(at + "Password", null),
            PasswordFile = read.Text(at + "PasswordFile", null),
            BaseDn = Dn(at + "BaseDn", read.Text(at + "BaseDn", null) ?? throw new ConfigurationFault(at + "BaseDn", "is missing: where the people are, such as ou=people,dc=example,dc=org")),
            Filter = Filter(read, at + "Filter"),
            GroupBaseDn = read.Text(at + "GroupBaseDn", null) is { } groups ? Dn(at + "GroupBaseDn", groups) : null,
            GroupFilter = Filter(read, at + "GroupFilter"),
            GroupName = read.Text(at + "GroupName", d.GroupName)!,
            Map = Map(read, at + "Map:"),
            Changes = Changes(read, at + "Changes"),
            PageSize = read.Number(at + "PageSize", d.PageSize, 1, 10_000),
            MaxEntries = read.Number(at + "MaxEntries", d.MaxEntries, 1, 10_000_000),
            Every = TimeSpan.FromMinutes(read.Number(at + "EveryMinutes", (int)d.Every.TotalMinutes, 1, 1440)),
            FullEvery = TimeSpan.FromHours(read.Number(at + "FullHours", (int)d.FullEvery.TotalHours, 1, 720)),
            MaxRun = TimeSpan.FromMinutes(read.Number(at + "MaxRunMinutes", (int)d.MaxRun.TotalMinutes, 1, 1440)),
            Removal = new RemovalLimits
            {
                Percent = read.Number(at + "MaxRemovePercent", d.Removal.Percent, 0, 100), Count = read.Number(at + "MaxRemoveCount", d.Removal.Count, 0, 10_000_000),
            },
            PurgeAfter = read.Number(at + "PurgeDays", 90, 0, 3650) is > 0 and var days ? TimeSpan.FromDays(days) : null,
            Adopt = read.Flag(at + "Adopt", d.Adopt),
        };
    }

    private static ImmutableArray<LdapServer> Servers(SettingReader read, string at)
    {
        var servers = List(read.Text(at + "Servers", null) ?? throw new ConfigurationFault(at + "Servers", "is missing: ldaps://HOST or ldap://HOST (with StartTLS), several with ; between"))
            .Select(text => LdapServer.Parse(text) ?? throw new ConfigurationFault(at + "Servers", $"'{text}' is neither ldaps://HOST[:PORT] nor ldap://HOST[:PORT]")).ToImmutableArray();
        return servers.Length > 0 ? servers : throw new ConfigurationFault(at + "Servers", "names no server");
    }

    private static LdapSettings Connection(SettingReader read, string at)
    {
        var d = new LdapSettings();
        var (certificate, key) = (read.Text(at + "ClientCertificateFile", null), read.Text(at + "ClientKeyFile", null));
        if (certificate is null != key is null)
        {
            throw new ConfigurationFault(at + "ClientCertificateFile", "needs ClientKeyFile beside it, and the other way round");
        }

        return d with
        {
            TrustedCas = read.Text(at + "CaFile", null) is { } ca ? Load(at + "CaFile", () => Cas(ca)) : null,
            ClientCertificate = certificate is null ? null : Load(at + "ClientCertificateFile", () => X509Certificate2.CreateFromPemFile(certificate, key)),
            CheckRevocation = read.Flag(at + "CheckRevocation", d.CheckRevocation),
            ConnectTimeout = read.Seconds(at + "ConnectSeconds", d.ConnectTimeout, 1, 120),
            ReplyTimeout = read.Seconds(at + "ReplySeconds", d.ReplyTimeout, 1, 600),
        };
    }

    private static X509Certificate2Collection Cas(string file)
    {
        var cas = new X509Certificate2Collection();
        cas.ImportFromPemFile(file);
        return cas.Count > 0 ? cas : throw new CryptographicException("it holds no certificate");
    }

    private static MapOptions Map(SettingReader read, string at)
    {
        try
        {
            return MapTexts.Of(key => read.Text(at + key, null)).Over(new MapOptions());
        }
        catch (MappingFaultException fault)
        {
            throw new ConfigurationFault(at + fault.Key, fault.Message);
        }
    }

    private static LdapFilter? Filter(SettingReader read, string key)
    {
        try
        {
            return read.Text(key, null) is { } text ? LdapFilter.Parse(text) : null;
        }
        catch (FormatException e)
        {
            throw new ConfigurationFault(key, $"is no filter: {e.Message}");
        }
    }

    private static string? Changes(SettingReader read, string key) => read.Text(key, "auto") switch
    {
        "auto" => null,
        { } method when Feeds.Methods.Contains(method) => method,
        var other => throw new ConfigurationFault(key, $"'{other}' is none of auto, {string.Join(", ", Feeds.Methods)}"),
    };

    private static string Dn(string key, string text) => LdapDn.IsValid(text) ? text : throw new ConfigurationFault(key, $"'{text}' is no distinguished name, such as ou=people,dc=example,dc=org");

    private static T Load<T>(string key, Func<T> load)
    {
        try
        {
            return load();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ConfigurationFault(key, e.Message);
        }
    }

    private static IEnumerable<string> List(string text) => text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
