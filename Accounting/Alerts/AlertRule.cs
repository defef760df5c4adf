using System.Collections.Immutable;

namespace CopyTrack.Accounting.Alerts;

/// <summary>When an alert is raised, whom it is told, how often, and when not. Where it looks is not part of it.</summary>
public sealed record AlertRule
{
    /// <summary>What it looks for.</summary>
    public required AlertKind Kind { get; init; }

    /// <summary>For <see cref="AlertKind.SupplyLow"/>: at most so many per cent are left; null for no such limit.</summary>
    public int? Percent { get; init; }

    /// <summary>For <see cref="AlertKind.SupplyLow"/>: it runs out within so many days; null for no such limit.</summary>
    public int? Days { get; init; }

    /// <summary>Kinds or colours of supplies, or names of errors; empty for all of them (of errors: all that stop a device).</summary>
    public ImmutableArray<string> Which { get; init; } = [];

    /// <summary>How long it must hold before it is raised. For kinds that are events: how long without another until the alert ends by itself; zero for never.</summary>
    public TimeSpan After { get; init; }

    /// <summary>Somebody is told at all; without, alerts stand on pages and go to webhooks alone.</summary>
    public bool IsTold { get; init; } = true;

    /// <summary>When nobody is told.</summary>
    public QuietHours Quiet { get; init; }

    /// <summary>Told again after each such time while nobody has taken note; null for once.</summary>
    public TimeSpan? Repeat { get; init; }

    /// <summary>Told to others too after this time while nobody has taken note; null for never.</summary>
    public TimeSpan? Escalate { get; init; }

    /// <summary>Whether the end is told to whom the beginning was.</summary>
    public bool TellResolved { get; init; } = true;

    /// <summary>How long it must be gone before it counts as over: states of devices come and go with each sheet.</summary>
    public TimeSpan Clear => Kind is AlertKind.DeviceError or AlertKind.TrayEmpty or AlertKind.DeviceOffline ? TimeSpan.FromMinutes(5) : TimeSpan.Zero;
}
