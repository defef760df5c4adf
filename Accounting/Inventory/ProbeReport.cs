using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Profiles;

namespace CopyTrack.Accounting.Inventory;

/// <summary>All that one look at a device shows; the JSON of the machine interface (docs/interfaces.md §4). Null = the device does not say, never 0.</summary>
public sealed record ProbeReport
{
    /// <summary><c>notAPrinter</c> when it is none; left out otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }

    /// <summary>Who it is.</summary>
    public required DeviceIdentity Identity { get; init; }

    /// <summary>Name of the meter profile used; null for what is not a printer.</summary>
    public string? Profile { get; init; }

    /// <summary>What it does right now.</summary>
    public required DeviceStatus Status { get; init; }

    /// <summary>One row for each function, colour, size, sides and unit.</summary>
    public ImmutableArray<ProbeCounter> Counters { get; init; } = [];

    /// <summary>Toner, ink, drums, waste boxes and the like.</summary>
    public ImmutableArray<Supply> Supplies { get; init; } = [];

    /// <summary>Paper inputs.</summary>
    public ImmutableArray<Tray> Trays { get; init; } = [];

    /// <summary>Alerts that stand in the device's table.</summary>
    public ImmutableArray<DeviceAlert> Alerts { get; init; } = [];

    /// <summary>Covers and doors.</summary>
    public ImmutableArray<Cover> Covers { get; init; } = [];

    /// <summary>Where finished sheets go.</summary>
    public ImmutableArray<Output> Outputs { get; init; } = [];

    /// <summary>The colours that the engine prints with, as it names them.</summary>
    public ImmutableArray<Colorant> Colorants { get; init; } = [];

    /// <summary>The lines on the panel that hold text.</summary>
    public ImmutableArray<string> Console { get; init; } = [];

    /// <summary>Counters that the device gives and that are not used, each with the reason.</summary>
    public ImmutableArray<OtherCounter> OtherCounters { get; init; } = [];

    /// <summary>What the ledger can tell apart of this device's copies, prints, received faxes and all pages.</summary>
    public ImmutableArray<ProbeSplit> Splits { get => field.IsDefault ? [] : field; init; }

    /// <summary>Jobs that the device keeps; left out unless they were asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<DeviceJob>? Jobs { get; init; }

    /// <summary>What could not be read or used.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>What the look cost; all zero for a recorded device.</summary>
    public ProbeTraffic Traffic { get; init; } = new(0, 0, 0);

    /// <summary>Reads what <see cref="ToJson"/> wrote, in this version or an older one; null for anything else.</summary>
    public static ProbeReport? TryParse(string? json)
    {
        try
        {
            return json is null ? null : JsonSerializer.Deserialize(json, ProbeJson.Default.ProbeReport);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The report as indented JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ProbeJson.Default.ProbeReport);
}

/// <summary>hrDeviceStatus, hrPrinterStatus and the detected errors, by their names; <see cref="Summary"/> is what the three mean together.</summary>
public sealed record DeviceStatus(string Device, string Printer, ImmutableArray<string> Errors, string Summary);

/// <summary>One counter. A sum of several objects has no <see cref="Oid"/> but lists them in <see cref="DerivedFrom"/>.</summary>
public sealed record ProbeCounter(PageFunction Function, PageColor Color, PageSize Size, PageSides Sides, CounterUnit Unit, long Value, string? Oid)
{
    /// <summary>True when nobody counts it and it follows from counters that are counted: a difference. Left out otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Derived { get; init; }

    /// <summary>The objects that were added; <c>-</c> before one that was subtracted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? DerivedFrom { get; init; }
}

/// <summary>Whether pages of a function are counted apart, and whether their colour, size and sides are known, worked out, or unknown.</summary>
public sealed record ProbeSplit(PageFunction Function, bool Counted, Split Color, Split Size, Split Sides);

/// <summary>A supply. <see cref="Index"/> is hrDeviceIndex.row; <see cref="Percent"/> is known only where level and capacity are.</summary>
public sealed record Supply(
    string Index, string? Description, string Kind, string? Color, long? Level, string LevelKind, long? Capacity, string? Unit, int? Percent);

/// <summary>A paper input. <see cref="Index"/> is hrDeviceIndex.row.</summary>
public sealed record Tray(string Index, string? Name, string? Media, long? Level, string LevelKind, long? Capacity, string? Unit, string? Status);

/// <summary>An alert. <see cref="Since"/> is known only of a live device, because its clock is the device's uptime.</summary>
public sealed record DeviceAlert(string Index, string Severity, string Group, long? Code, string Description, DateTimeOffset? Since);

/// <summary>A cover or door. <see cref="Index"/> is hrDeviceIndex.row.</summary>
public sealed record Cover(string Index, string? Description, string Status);

/// <summary>An output bin. <see cref="Remaining"/> is the room left. <see cref="Index"/> is hrDeviceIndex.row.</summary>
public sealed record Output(string Index, string? Name, long? Remaining, string RemainingKind, long? Capacity, string? Status);

/// <summary>A colour. <see cref="Index"/> is hrDeviceIndex.row.</summary>
public sealed record Colorant(string Index, string Name);

/// <summary>A counter that is not used: its meaning as far as known and why.</summary>
public sealed record OtherCounter(
    PageFunction Function, PageColor Color, PageSize Size, PageSides Sides, CounterUnit Unit, long Value, ImmutableArray<string> Oids, UnusedReason Reason);

/// <summary>Datagrams sent, and bytes of payload.</summary>
public sealed record ProbeTraffic(int Requests, long BytesSent, long BytesReceived);

/// <summary>The report's JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, Converters = [
    typeof(CamelCase<PageFunction>), typeof(CamelCase<PageColor>), typeof(CamelCase<PageSize>), typeof(CamelCase<PageSides>), typeof(CamelCase<CounterUnit>), typeof(CamelCase<UnusedReason>), typeof(CamelCase<Split>)])]
[JsonSerializable(typeof(ProbeReport))]
internal sealed partial class ProbeJson : JsonSerializerContext;

/// <summary>Enumerations by their names in camelCase.</summary>
internal sealed class CamelCase<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase) where T : struct, Enum;
