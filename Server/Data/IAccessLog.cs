using CopyTrack.Identity.Secrets;

namespace CopyTrack.Server.Data;

/// <summary>One line of the access log: a login or registration at a terminal, whatever came of it. Of a card only a masked suffix is kept, of one that nobody has its keyed hash too.</summary>
public sealed record AccessLogEntry(
    DateTimeOffset At, string TerminalId, long? DeviceId, long? PersonId, string Method, string Outcome, string? CardSuffix)
{
    /// <summary>The keyed hash of a card that nobody has, so that it can be given to a person; null for every other line.</summary>
    public KeyedHash? UnknownCard { get; init; }
}

/// <summary>The access log, written behind the logins that it tells of.</summary>
public interface IAccessLog
{
    /// <summary>Queues a line and returns at once. When the database falls far behind, the oldest waiting lines are given up and counted in a log event.</summary>
    void Write(AccessLogEntry entry);
}
