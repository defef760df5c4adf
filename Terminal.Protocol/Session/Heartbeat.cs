namespace CopyTrack.Terminal.Protocol.Session;

/// <summary>What the time says about a connection.</summary>
public enum HeartbeatVerdict
{
    /// <summary>Nothing to do.</summary>
    Fine,

    /// <summary>Send a <c>terminal.ping</c>; the ping counts as sent.</summary>
    PingDue,

    /// <summary>Nothing was heard for three heartbeats: drop the connection.</summary>
    Silent,
}

/// <summary>
/// The silence rule of docs/terminal-protocol.md §5. Times are milliseconds of any clock that only goes forward, passed in by the caller. Not thread-safe,
/// but <see cref="Heard"/> and <see cref="Sent"/> may race with <see cref="Check"/>: a lost update costs one ping.
/// </summary>
public sealed class Heartbeat(int heartbeatSeconds, long nowMilliseconds)
{
    private readonly long interval = heartbeatSeconds * 1_000L;
    private long heard = nowMilliseconds, sent = nowMilliseconds, pinged = nowMilliseconds;

    /// <summary>A line came.</summary>
    public void Heard(long nowMilliseconds) => Volatile.Write(ref heard, nowMilliseconds);

    /// <summary>A line went out.</summary>
    public void Sent(long nowMilliseconds) => Volatile.Write(ref sent, nowMilliseconds);

    /// <summary>
    /// Pings are due when nothing was heard for one heartbeat, at most one each heartbeat, and when nothing was sent for one: the other side listens for us, too.
    /// </summary>
    public HeartbeatVerdict Check(long nowMilliseconds)
    {
        var lastHeard = Volatile.Read(ref heard);
        if (nowMilliseconds - lastHeard >= 3 * interval)
        {
            return HeartbeatVerdict.Silent;
        }
        var quiet = nowMilliseconds - Math.Max(lastHeard, pinged) >= interval || nowMilliseconds - Volatile.Read(ref sent) >= interval;
        if (!quiet)
        {
            return HeartbeatVerdict.Fine;
        }
        pinged = nowMilliseconds;
        Volatile.Write(ref sent, nowMilliseconds);
        return HeartbeatVerdict.PingDue;
    }
}
