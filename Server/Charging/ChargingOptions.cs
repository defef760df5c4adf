namespace CopyTrack.Server.Charging;

/// <summary>How much of a limit is set aside at once: section <c>Charging</c> of the configuration, in millionths of the currency.</summary>
internal sealed record ChargingOptions
{
    /// <summary><c>Charging:HoldStep</c>: for a session at its login, and again as it spends; about what a device makes between two looks at its meters.</summary>
    public long Step { get; init; } = 2_000_000;

    /// <summary><c>Charging:HoldJob</c>: for a job of unknown length.</summary>
    public long Job { get; init; } = 20_000_000;

    /// <summary><c>Charging:HoldMinutes</c>: how long a job outside sessions may take from being asked for to its receipt.</summary>
    public TimeSpan JobTime { get; init; } = TimeSpan.FromHours(1);
}
