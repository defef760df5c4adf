namespace CopyTrack.Server.Data;

/// <summary>Times in columns: microseconds since 1970-01-01 UTC, in a bigint. What is finer than a microsecond is cut off.</summary>
public static class Instant
{
    /// <summary>The column's value for a time.</summary>
    public static long ToMicros(this DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>The column's value for a time that may be absent.</summary>
    public static long? ToMicros(this DateTimeOffset? time) => time?.ToMicros();

    /// <summary>The time, in UTC, for a column's value.</summary>
    public static DateTimeOffset FromMicros(long micros) => new(DateTimeOffset.UnixEpoch.Ticks + (micros * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    /// <summary>The time, in UTC, for a column's value that may be null.</summary>
    public static DateTimeOffset? FromMicros(long? micros) => micros is { } value ? FromMicros(value) : null;
}
