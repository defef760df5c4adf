using System.Collections.Immutable;
using CopyTrack.Identity.Kerberos.Pkinit;
using CopyTrack.Identity.Kerberos.Transport;
using CopyTrack.Server.Kerberos;

namespace CopyTrack.Server.Hosting;

/// <summary>Reads the section <c>Kerberos</c>.</summary>
internal static class KerberosSettings
{
    /// <summary>The options, or null without a realm; throws <see cref="ConfigurationFault"/> for values that can't be. Files are looked at later.</summary>
    public static KerberosOptions? Read(SettingReader read)
    {
        var realm = read.Text("Kerberos:Realm", null);
        var defaults = new KerberosOptions { Realm = "" };
        var options = new KerberosOptions
        {
            Realm = realm is null ? "" : Realm("Kerberos:Realm", realm),
            Realms = [.. List(read, "Kerberos:Realms").Select(r => Realm("Kerberos:Realms", r))],
            KeytabFile = read.Text("Kerberos:KeytabFile", null),
            Service = read.Text("Kerberos:Service", null),
            Kdcs = read.Section("Kerberos:Kdcs").ToImmutableDictionary(k => Realm($"Kerberos:Kdcs:{k.Name}", k.Name), k => Servers($"Kerberos:Kdcs:{k.Name}", k.Value)),
            Timeout = read.Seconds("Kerberos:TimeoutSeconds", defaults.Timeout, 1, 60),
            SmartCard = Cards(read),
        };
        return realm is null ? null : options;
    }

    private static SmartCardOptions? Cards(SettingReader read)
    {
        var anchors = read.Text("Kerberos:SmartCard:AnchorFile", null);
        var defaults = new SmartCardOptions { AnchorFile = "" };
        var options = new SmartCardOptions
        {
            AnchorFile = anchors ?? "",
            IntermediateFile = read.Text("Kerberos:SmartCard:IntermediateFile", null),
            KdcHostNames = [.. List(read, "Kerberos:SmartCard:KdcHostNames")],
            CrlFiles = [.. List(read, "Kerberos:SmartCard:CrlFiles")],
            Group = read.Text("Kerberos:SmartCard:Group", "modp14") switch
            {
                "modp14" => KeyAgreementGroup.Modp14,
                "modp16" => KeyAgreementGroup.Modp16,
                "p256" => KeyAgreementGroup.P256,
                var other => throw new ConfigurationFault("Kerberos:SmartCard:Group", $"'{other}' is none of modp14, modp16, p256"),
            },
            RequireFreshness = read.Flag("Kerberos:SmartCard:RequireFreshness", false),
            Sign = read.Seconds("Kerberos:SmartCard:SignSeconds", defaults.Sign, 5, 240),
        };
        return anchors is null ? null : options;
    }

    private static string Realm(string key, string text) => text.Length <= 255 && text.All(c => c is > ' ' and < (char)127 and not ('/' or '@' or '\\' or ':'))
        ? text.ToUpperInvariant()
        : throw new ConfigurationFault(key, $"'{text}' is not a realm such as EXAMPLE.COM");

    private static ImmutableArray<KdcEndpoint> Servers(string key, string text)
    {
        ImmutableArray<KdcEndpoint> servers = [.. Split(text).Select(s => KdcEndpoint.Parse(s) ?? throw new ConfigurationFault(key, $"'{s}' is not a host or host:port"))];
        return servers.IsEmpty ? throw new ConfigurationFault(key, "names no server") : servers;
    }

    private static IEnumerable<string> List(SettingReader read, string key) => Split(read.Text(key, null) ?? "");

    private static IEnumerable<string> Split(string text) => text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
