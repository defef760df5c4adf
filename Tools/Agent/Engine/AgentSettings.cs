using System.Collections.Immutable;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CopyTrack.Accounting.Discovery;
using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Accounting.Snmp.Usm;
using CopyTrack.Agent.Clocks;
using CopyTrack.Agent.Devices;
using CopyTrack.Agent.Local;
using CopyTrack.Agent.Sending;
using CopyTrack.Agent.Updates;

namespace CopyTrack.Agent;

/// <summary>The agent's settings, as its owner writes them (docs/fleet.md §5). Secrets are never printed. Members can be set because the reader of JSON that is made at build time forgets defaults of those that can't.</summary>
public sealed record AgentSettings
{
    private const int LongestFile = 256 * 1024;

    /// <summary>Base address of the manager.</summary>
    public required Uri Manager { get; init; }

    /// <summary>SHA-256 of the manager's own CA, in hex; null: its certificate must be one that this machine trusts.</summary>
    public string? CaFingerprint { get; set; }

    /// <summary>Folder for keys, queue and list of devices; readable by the agent alone.</summary>
    public required string State { get; init; }

    /// <summary>Addresses to look at (docs/operations.md, discovery).</summary>
    public required ImmutableArray<string> Ranges { get; init; }

    /// <summary>UDP port of the devices.</summary>
    public int Port { get; set; } = 161;

    /// <summary><c>1</c> or <c>2c</c>, asked with each of <see cref="Communities"/>.</summary>
    public string SnmpVersion { get; set; } = "2c";

    /// <summary>Communities, the likeliest first.</summary>
    public ImmutableArray<string> Communities { get; set; } = ["public"];

    /// <summary>User of version 3, tried before the communities; null without.</summary>
    public AgentUser? User { get; set; }

    /// <summary>Seconds between two reads of the counters; 300, as often as a dealer ever needs them.</summary>
    public int CounterSeconds { get; set; } = 300;

    /// <summary>Seconds between two looks at status, supplies and trays.</summary>
    public int InventorySeconds { get; set; } = 900;

    /// <summary>Hours between two looks for new devices.</summary>
    public int DiscoverHours { get; set; } = 24;

    /// <summary>New addresses asked in a second while looking.</summary>
    public int DiscoverPerSecond { get; set; } = 50;

    /// <summary>Devices read at one time.</summary>
    public int Parallel { get; set; } = 16;

    /// <summary>True: IP and MAC addresses and host names stay here.</summary>
    public bool HideAddresses { get; set; }

    /// <summary>True: the manager is asked what it wants (a fixed list: read now, look for devices now, intervals).</summary>
    public bool AllowRequests { get; set; }

    /// <summary>Seconds between two such questions.</summary>
    public int AskSeconds { get; set; } = 60;

    /// <summary>The most that may wait for the manager; then the oldest message goes. 64 MB are months of a large site.</summary>
    public int QueueMegabytes { get; set; } = 64;

    /// <summary>The longest pause between two tries to reach the manager.</summary>
    public int RetrySeconds { get; set; } = 300;

    /// <summary>LocalAgents on PCs with USB printers.</summary>
    public ImmutableArray<LocalAgentSource> Local { get; set; } = [];

    /// <summary>The agent's own web page; null: none.</summary>
    public AgentPageSettings? Page { get; set; }

    /// <summary>Messages go by mail; null: over HTTPS.</summary>
    public AgentMail? Mail { get; set; }

    /// <summary>How the agent is updated.</summary>
    public AgentUpdateSettings Updates { get; set; } = new();

    /// <summary>Reads a file of settings. Throws <see cref="AgentException"/> naming what is wrong.</summary>
    public static AgentSettings Load(string path)
    {
        try
        {
            var file = new FileInfo(path);
            var settings = file.Length > LongestFile ? throw new AgentException($"{path} is longer than any settings")
                : JsonSerializer.Deserialize(File.ReadAllBytes(path), SettingsJson.Default.AgentSettings) ?? throw new AgentException($"{path} is empty");
            return settings.Fault() is { } fault ? throw new AgentException($"{path}: {fault}") : settings;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new AgentException($"{path} can't be read: {e.Message}", e);
        }
    }

    /// <summary>What is wrong with the settings, naming the member; null when nothing is.</summary>
    public string? Fault() =>
        !Manager.IsAbsoluteUri || Manager.Scheme is not ("https" or "http") ? "manager: not an address that begins with https://"
        : CaFingerprint is { } print && (print.Length != 64 || !print.All(char.IsAsciiHexDigit)) ? "caFingerprint: not a SHA-256 in hex"
        : !AddressRanges.TryParse(Ranges.IsDefault ? [] : Ranges, out _, out var range) ? $"ranges: {range}"
        : Port is < 1 or > 65_535 ? "port: not a UDP port"
        : SnmpVersion is not ("1" or "2c") ? "snmpVersion: 1 or 2c; version 3 is set by user"
        : Communities.IsDefault || Communities.Any(c => Encoding.UTF8.GetByteCount(c) > SnmpMessage.MaxCommunity) ? "communities: one is too long"
        : Communities.IsEmpty && User is null ? "communities: none is given, and no user"
        : User?.Fault() is { } user ? $"user: {user}"
        : CounterSeconds is < 1 or > 86_400 ? "counterSeconds: from 1 to 86400"
        : InventorySeconds is < 1 or > 86_400 ? "inventorySeconds: from 1 to 86400"
        : DiscoverHours is < 1 or > 720 ? "discoverHours: from 1 to 720"
        : DiscoverPerSecond is < 1 or > 1000 ? "discoverPerSecond: from 1 to 1000"
        : Parallel is < 1 or > 256 ? "parallel: from 1 to 256"
        : AskSeconds is < 1 or > 86_400 ? "askSeconds: from 1 to 86400"
        : QueueMegabytes is < 1 or > 4096 ? "queueMegabytes: from 1 to 4096"
        : RetrySeconds is < 1 or > 3600 ? "retrySeconds: from 1 to 3600"
        : Local.IsDefault || Local.Length > 256 ? "local: at most 256"
        : Local.Select(l => l.Fault()).FirstOrDefault(f => f is not null) is { } local ? $"local: {local}"
        : Page?.Fault() is { } page ? $"page: {page}"
        : Mail?.Fault() is { } mail ? $"mail: {mail}"
        : Updates.Fault() is { } updates ? $"updates: {updates}"
        : null;

    /// <summary>How a device at an address may be asked, the likeliest way first.</summary>
    internal IReadOnlyList<SnmpTarget> Ways(IPAddress address)
    {
        var version = SnmpVersion == "1" ? Accounting.Snmp.SnmpVersion.V1 : Accounting.Snmp.SnmpVersion.V2c;
        return [.. User is null ? [] : new[] { User.At(address, Port) }, .. Communities.Select(c => new SnmpTarget(address, Port, version, Encoding.UTF8.GetBytes(c)))];
    }

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("Manager = ").Append(Manager);
        return true;
    }
}

/// <summary>A user of SNMP version 3.</summary>
public sealed record AgentUser(string Name, string? Auth, string? AuthPassword, string? Priv, string? PrivPassword, string Context = "")
{
    internal string? Fault() =>
        !UsmNames.TryParse(Auth, out AuthProtocol auth) ? $"auth: only {UsmNames.AllAuths} are known"
        : !UsmNames.TryParse(Priv, out PrivProtocol priv) ? $"priv: only {UsmNames.AllPrivs} are known"
        : SnmpUser.Fault(Name, auth, AuthPassword, priv, PrivPassword);

    internal SnmpTarget At(IPAddress address, int port)
    {
        _ = UsmNames.TryParse(Auth, out AuthProtocol auth);
        _ = UsmNames.TryParse(Priv, out PrivProtocol priv);
        return SnmpTarget.V3(address, port, new SnmpUser(Name, auth, AuthPassword, priv, PrivPassword), Context);
    }

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("Name = ").Append(Name);
        return true;
    }
}

/// <summary>Something that the agent's owner has to mend; the text names the cause and the next step.</summary>
public sealed class AgentException(string message, Exception? inner = null) : Exception(message, inner);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowTrailingCommas = true, ReadCommentHandling = JsonCommentHandling.Skip, WriteIndented = true)]
[JsonSerializable(typeof(AgentSettings))]
[JsonSerializable(typeof(AgentIdentityFile))]
[JsonSerializable(typeof(List<KnownDevice>))]
[JsonSerializable(typeof(List<KnownPrinter>))]
[JsonSerializable(typeof(AgentOrders))]
[JsonSerializable(typeof(AgentOverrides))]
[JsonSerializable(typeof(LocalSettings))]
[JsonSerializable(typeof(List<MailedMessage>))]
[JsonSerializable(typeof(List<MessageEnd>))]
[JsonSerializable(typeof(List<ClockMark>))]
[JsonSerializable(typeof(VersionBook))]
internal sealed partial class SettingsJson : JsonSerializerContext;
