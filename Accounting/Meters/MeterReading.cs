using System.Collections.Immutable;

namespace CopyTrack.Accounting.Meters;

/// <summary>Why a reading was taken.</summary>
public enum ReadingTrigger { Idle, Login, Logout, Watch, Settle, Project, Receipt, Start, Restart, Confirm, Handover, Admin }

/// <summary>The vector of a device's base counters at one instant, as one read brought it.</summary>
public sealed record MeterReading
{
    /// <summary>Server time when the request was sent; a page counted later can't be in it.</summary>
    public required DateTimeOffset SentAt { get; init; }

    /// <summary>Server time when the last reply came.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>sysUpTime in hundredths of a second; null where the device has none.</summary>
    public required long? UpTime { get; init; }

    /// <summary>Serial number as read; null when not read this time.</summary>
    public string? Serial { get; init; }

    /// <summary>True when the device says it is idle (not printing, not warming up); null when it does not say.</summary>
    public bool? Idle { get; init; }

    /// <summary>Engine speed in impressions a minute when known; bounds what can be believed.</summary>
    public int? PagesPerMinute { get; init; }

    /// <summary>The set under which <see cref="Values"/> was read.</summary>
    public required BaseCounterSet Set { get; init; }

    /// <summary>One value for each counter of <see cref="Set"/>, null where the device did not give it this time.</summary>
    public required ImmutableArray<long?> Values { get; init; }

    /// <summary>Why it was taken.</summary>
    public required ReadingTrigger Trigger { get; init; }

    /// <summary>Fencing token of the claim under which it was read.</summary>
    public required long Token { get; init; }
}
