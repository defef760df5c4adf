using System.Security.Cryptography;

namespace CopyTrack.Server.Data;

/// <summary>
/// Makes ids: positive, ascending within a process, roughly by time across processes. 37 bits of 1/64 s since 2025, 16 bits that are
/// random for this process, 10 bits of sequence; when more than 1,024 are asked for in 1/64 s the time runs ahead. Safe for use by many threads.
/// </summary>
public sealed class IdGenerator(TimeProvider time)
{
    private static readonly long s_start = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero).UtcTicks;
    private readonly long _process = RandomNumberGenerator.GetInt32(1 << 16);
    private readonly Lock _lock = new();
    private long _last; // time and sequence together: (units << 10) | sequence

    /// <summary>A new id.</summary>
    public long Next()
    {
        var units = (time.GetUtcNow().UtcTicks - s_start) / (TimeSpan.TicksPerSecond / 64);
        long mine;
        lock (_lock)
        {
            mine = _last = Math.Max(units << 10, _last + 1);
        }

        return (mine >> 10 << 26) | (_process << 10) | (mine & 0x3FF);
    }
}
