using System.Text.Json;

namespace CopyTrack.MfpSimulator.Models;

/// <summary>A model as its JSON file says it: the engine, the objects as recording lines, and what counters mean where no maker's table tells.</summary>
internal sealed record ModelFile
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, ReadCommentHandling = JsonCommentHandling.Skip };

    public required string Name { get; init; }
    public EngineSpeed Engine { get; init; } = new();

    /// <summary>Lines <c>OID|tag|value</c>.</summary>
    public required string[] Rows { get; init; }

    /// <summary>OID to words, for example <c>"impressions copy mono"</c>.</summary>
    public Dictionary<string, string> Counters { get; init; } = [];

    /// <summary>By reflection: generated code would take away the defaults of what the file leaves out.</summary>
    public static ModelFile Read(Stream json) =>
        JsonSerializer.Deserialize<ModelFile>(json, Options) ?? throw new FormatException("The model file is empty.");
}

/// <summary>How fast a device is.</summary>
public sealed record EngineSpeed
{
    /// <summary>Impressions a minute; the default is that of a common office machine.</summary>
    public int PagesPerMinute { get; init; } = 40;

    /// <summary>Scanned sides a minute.</summary>
    public int ScansPerMinute { get; init; } = 60;

    /// <summary>Seconds from a start to the first sheet of an engine that is ready.</summary>
    public double FirstPageSeconds { get; init; } = 5;

    /// <summary>Seconds to warm up after power-on or sleep.</summary>
    public double WarmUpSeconds { get; init; } = 15;

    /// <summary>Seconds without work until it sleeps.</summary>
    public double SleepAfterSeconds { get; init; } = 900;

    /// <summary>False for a mono engine, which prints everything in mono.</summary>
    public bool HasColor { get; init; } = true;

    /// <summary>False for a printer without glass: it refuses copies, scans and faxes.</summary>
    public bool HasScanner { get; init; } = true;
}
