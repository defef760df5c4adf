using CopyTrack.Accounting.Inventory;

namespace CopyTrack.Accounting.Alerts;

/// <summary>What is known of a device when rules look at it.</summary>
/// <param name="Report">What it said of itself last; null when nothing.</param>
/// <param name="KnownSince">Since when it is known; what was never read counts from there.</param>
/// <param name="ReadAt">When its meters were read last; null for never.</param>
/// <param name="IsMetered">Somebody is to read its meters.</param>
/// <param name="AwaySince">Since when it does not answer whoever reads it; null while it does.</param>
/// <param name="AwayReason">Why, in words of whoever reads it.</param>
/// <param name="Ends">When its supplies run out, by index.</param>
/// <param name="Today">Number of the UTC day.</param>
public sealed record DeviceFacts(
    ProbeReport? Report, DateTimeOffset KnownSince, DateTimeOffset? ReadAt, bool IsMetered, DateTimeOffset? AwaySince, string? AwayReason, IReadOnlyDictionary<string, SupplyForecast> Ends, int Today);

/// <summary>Values of an alert for whoever reads it. What does not apply is null.</summary>
public sealed record AlertDetail
{
    /// <summary>The supply or tray.</summary>
    public string? Name { get; init; }

    /// <summary>Colour of a supply.</summary>
    public string? Color { get; init; }

    /// <summary>What is left, in per cent.</summary>
    public int? Percent { get; init; }

    /// <summary>Days until it runs out.</summary>
    public int? DaysLeft { get; init; }

    /// <summary>Names of errors with a space between, or why a device does not answer, or which event it was.</summary>
    public string? Reason { get; init; }

    /// <summary>The last news or the last read.</summary>
    public DateTimeOffset? Last { get; init; }

    /// <summary>Pages copied past the panel.</summary>
    public long? Pages { get; init; }
}

/// <summary>What a rule sees of one part of a device. <see cref="Part"/> is empty for the device as a whole, else <c>supply/INDEX</c> or <c>tray/INDEX</c>.</summary>
public sealed record Sighting(string Part, bool? Holds, DateTimeOffset? Since, AlertDetail Detail);
