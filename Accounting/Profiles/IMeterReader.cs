using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Profiles;

/// <summary>Finds out what a device can count, once, and reads it, often. Safe for use by many at once.</summary>
public interface IMeterReader
{
    /// <summary>Looks at a device, takes the profile that is named or the one that fits, and reads what is needed to use it: some tens of datagrams.</summary>
    Task<BindOutcome> BindAsync(SnmpTarget target, string? profileName, CancellationToken cancellationToken);

    /// <summary>Reads all base counters, in one datagram where they fit. <paramref name="token"/> is the fencing token of the caller's claim and only passed through.</summary>
    Task<ReadOutcome> ReadAsync(SnmpTarget target, BoundProfile profile, ReadingTrigger trigger, long token, CancellationToken cancellationToken);
}

/// <summary>What came of binding. A closed set.</summary>
public abstract record BindOutcome
{
    private BindOutcome()
    {
    }

    /// <summary>The device can be read.</summary>
    public sealed record Bound(BoundProfile Profile, DeviceIdentity Identity) : BindOutcome;

    /// <summary>The device answers but is no printer.</summary>
    public sealed record NotAPrinter(DeviceIdentity Identity) : BindOutcome;

    /// <summary>The device does not answer.</summary>
    public sealed record Unreachable(string Reason) : BindOutcome;

    /// <summary>The device answers with a refusal, or no profile has the name that was asked for.</summary>
    public sealed record Refused(string Reason) : BindOutcome;
}

/// <summary>What came of a reading. A closed set.</summary>
public abstract record ReadOutcome
{
    private ReadOutcome()
    {
    }

    /// <summary>The device was read; single values may be null.</summary>
    public sealed record Read(MeterReading Reading) : ReadOutcome;

    /// <summary>The device does not answer.</summary>
    public sealed record Unreachable(string Reason) : ReadOutcome;

    /// <summary>The device answers, but with nothing that was asked for: another device, or another configuration. It has to be bound again.</summary>
    public sealed record Refused(string Reason) : ReadOutcome;
}
