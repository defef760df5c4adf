using System.Collections.Immutable;

namespace CopyTrack.Accounting.Snmp;

/// <summary>Asks agents for objects. Expected failures (silence, refusal) are results; only cancellation and the caller's mistakes throw. Safe for use by many at once.</summary>
public interface ISnmpClient
{
    /// <summary>
    /// Reads exactly these objects, in as few datagrams as fit. A list that an agent finds too big is split, one that it answers in part is
    /// asked for again, and an object that it does not have comes back as <see cref="SnmpValue.NoSuchObject"/> or <see cref="SnmpValue.NoSuchInstance"/> in v1 too.
    /// </summary>
    Task<SnmpReply> GetAsync(SnmpTarget target, ImmutableArray<ObjectIdentifier> oids, CancellationToken cancellationToken);

    /// <summary>The same for names that were prepared; values come in the order of the request's positions.</summary>
    Task<SnmpReply> GetAsync(SnmpTarget target, PreparedGet get, CancellationToken cancellationToken) => GetAsync(target, get.ToNames(), cancellationToken);

    /// <summary>Reads a subtree in order, at most <paramref name="maxRows"/> rows.</summary>
    Task<SnmpWalk> WalkAsync(SnmpTarget target, ObjectIdentifier root, int maxRows, CancellationToken cancellationToken);
}

/// <summary>What a request cost: datagrams sent (repeats included) and bytes of UDP payload.</summary>
public readonly record struct SnmpTraffic(int Requests, long BytesSent, long BytesReceived)
{
    /// <summary>Adds part by part.</summary>
    public static SnmpTraffic operator +(SnmpTraffic a, SnmpTraffic b) =>
        new(a.Requests + b.Requests, a.BytesSent + b.BytesSent, a.BytesReceived + b.BytesReceived);
}

/// <summary>What came of a GET. A closed set.</summary>
public abstract record SnmpReply
{
    private SnmpReply(SnmpTraffic traffic) => Traffic = traffic;

    /// <summary>What it cost.</summary>
    public SnmpTraffic Traffic { get; init; }

    /// <summary>One value for each object asked for, in that order. <see cref="SentAt"/> is when the first answered datagram was sent, <see cref="At"/> when the last came.</summary>
    public sealed record Answered(ImmutableArray<SnmpValue> Values, DateTimeOffset SentAt, DateTimeOffset At, SnmpTraffic Traffic) : SnmpReply(Traffic);

    /// <summary>No datagram came back in time, or none could be sent. <see cref="Reason"/> is for an administrator: cause and next step.</summary>
    public sealed record Silent(SnmpCause Cause, string Reason, SnmpTraffic Traffic) : SnmpReply(Traffic);

    /// <summary>The agent answers, but not with what was asked for. <see cref="Reason"/> is for an administrator: cause and next step.</summary>
    public sealed record Refused(SnmpCause Cause, string Reason, SnmpTraffic Traffic) : SnmpReply(Traffic);
}

/// <summary>How a walk ended.</summary>
public enum WalkEnd
{
    /// <summary>The subtree is complete.</summary>
    Complete,

    /// <summary>There were more rows than the caller wanted to see.</summary>
    TooManyRows,

    /// <summary>The agent gave a name that does not come after the last one; it would never end.</summary>
    WentBackwards,

    /// <summary>No datagram came back in time.</summary>
    Silent,

    /// <summary>The agent answered with an error that is no end.</summary>
    Refused,
}

/// <summary>The rows of a subtree in ascending order; with any other end than <see cref="WalkEnd.Complete"/> those that came until then.</summary>
public sealed record SnmpWalk(ImmutableArray<VarBind> Rows, WalkEnd End, SnmpTraffic Traffic)
{
    /// <summary>Cause and next step for an administrator when the end is <see cref="WalkEnd.Silent"/> or <see cref="WalkEnd.Refused"/>; null otherwise.</summary>
    public string? Reason { get; init; }
}
