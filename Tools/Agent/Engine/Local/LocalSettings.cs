using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using CopyTrack.Accounting.Fleet;

namespace CopyTrack.Agent.Local;

/// <summary>Settings of a LocalAgent (docs/fleet.md §9).</summary>
public sealed record LocalSettings
{
    private const int LongestFile = 64 * 1024, MostPrinters = 32;

    /// <summary>The key that the site's agent knows too: 16 characters or more.</summary>
    public required string Key { get; init; }

    /// <summary>Address that it listens on; null: every one of this machine.</summary>
    public string? Listen { get; set; }

    /// <summary>TCP port; 0: any free one.</summary>
    public int Port { get; set; } = LocalExchange.DefaultPort;

    /// <summary>USB printers that speak PJL, as <c>/dev/usb/lp0</c>; empty: all that say so.</summary>
    public ImmutableArray<string> Pjl { get; set; } = [];

    /// <summary>Printers behind ipp-usb, as <c>http://localhost:60000/ipp/print</c>.</summary>
    public ImmutableArray<string> Ipp { get; set; } = [];

    /// <summary>Seconds between two reads; each takes the printer away from its owner for a moment.</summary>
    public int ReadSeconds { get; set; } = 60;

    /// <summary>Reads a file of settings. Throws <see cref="AgentException"/> naming what is wrong.</summary>
    public static LocalSettings Load(string path)
    {
        try
        {
            var settings = new FileInfo(path).Length > LongestFile ? throw new AgentException($"{path} is longer than any settings")
                : JsonSerializer.Deserialize(File.ReadAllBytes(path), SettingsJson.Default.LocalSettings) ?? throw new AgentException($"{path} is empty");
            return settings.Fault() is { } fault ? throw new AgentException($"{path}: {fault}") : settings;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new AgentException($"{path} can't be read: {e.Message}", e);
        }
    }

    /// <summary>What is wrong with the settings, naming the member; null when nothing is.</summary>
    public string? Fault() =>
        LocalAgentSource.KeyFault(Key) is { } key ? $"key: {key}"
        : Listen is { } listen && !System.Net.IPAddress.TryParse(listen, out _) ? "listen: not an address"
        : Port is < 0 or > 65_535 ? "port: not a TCP port"
        : ReadSeconds is < 1 or > 86_400 ? "readSeconds: from 1 to 86400"
        : Pjl.IsDefault || Ipp.IsDefault || Pjl.Length + Ipp.Length > MostPrinters ? $"pjl, ipp: at most {MostPrinters} printers"
        : Pjl.FirstOrDefault(p => !Path.IsPathRooted(p)) is { } path ? $"pjl: {path} is no whole path"
        : Ipp.FirstOrDefault(a => !Uri.TryCreate(a, UriKind.Absolute, out var uri) || uri.Scheme != "http" || !uri.IsLoopback) is { } address ? $"ipp: {address} is no http address of this machine"
        : null;

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("Port = ").Append(Port);
        return true;
    }
}

/// <summary>A LocalAgent that the site's agent asks for its printers.</summary>
public sealed record LocalAgentSource(string Host, string Key, int Port = LocalExchange.DefaultPort)
{
    private const int ShortestKey = 16, LongestKey = 256;

    internal static string? KeyFault(string? key) => key is null || key.Length is < ShortestKey or > LongestKey ? $"from {ShortestKey} to {LongestKey} characters" : null;

    internal string? Fault() => Host.Length is 0 or > 253 ? "host: not a name or address" : Port is < 1 or > 65_535 ? "port: not a TCP port" : KeyFault(Key) is { } key ? $"key: {key}" : null;

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("Host = ").Append(Host);
        return true;
    }
}
