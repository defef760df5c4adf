using CopyTrack.MfpSimulator.Meters;
using CopyTrack.MfpSimulator.Mib;

namespace CopyTrack.MfpSimulator.Device;

/// <summary>The values of one device that live. Written under the scheduler's gate, read by the agent at any time without a lock: a read of many values is as little atomic as on a real device.</summary>
internal sealed class LiveStore
{
    private readonly LiveMap map;
    private readonly TimeProvider time;
    private readonly long[] numbers;
    private readonly byte[]?[] octets;
    private volatile Dictionary<int, MibRow>? overrides;
    private long bootTicks;
    private long upTimeBase;

    public LiveStore(LiveMap map, TimeProvider time)
    {
        this.map = map;
        this.time = time;
        numbers = [.. map.Slots.Select(s => s.Number)];
        octets = [.. map.Slots.Select(s => s.Octets)];
        bootTicks = time.GetUtcNow().Ticks;
        upTimeBase = map.UpTime >= 0 ? numbers[map.UpTime] : 0;
    }

    /// <summary>False while the device has no power.</summary>
    public bool IsReachable
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    } = true;

    /// <summary>Rows whose recorded value or type was replaced by hand; null when none.</summary>
    public Dictionary<int, MibRow>? Overrides => overrides;

    /// <summary>A slot's number; sysUpTime is computed (RFC 3418: hundredths of a second, wraps at 2^32).</summary>
    public long Number(int slot) => slot == map.UpTime
        ? ((time.GetUtcNow().Ticks - Volatile.Read(ref bootTicks)) / (TimeSpan.TicksPerSecond / 100) + Volatile.Read(ref upTimeBase)) & uint.MaxValue
        : Volatile.Read(ref numbers[slot]);

    /// <summary>A slot's octets; null for a number.</summary>
    public byte[]? Octets(int slot) => Volatile.Read(ref octets[slot]);

    public void Set(int slot, long value)
    {
        if (slot >= 0) Volatile.Write(ref numbers[slot], value);
    }

    public void Set(int slot, byte[] value)
    {
        if (slot >= 0 && octets[slot] is not null) Volatile.Write(ref octets[slot], value);
    }

    /// <summary>Raises a counter; it wraps to zero.</summary>
    public void Raise(Effect effect) => Volatile.Write(ref numbers[effect.Slot], (numbers[effect.Slot] + effect.Amount) % effect.Modulus);

    public void Restart(DateTimeOffset at)
    {
        Volatile.Write(ref upTimeBase, 0);
        Volatile.Write(ref bootTicks, at.Ticks);
    }

    public void Override(int row, MibRow value) => overrides = new Dictionary<int, MibRow>(overrides ?? []) { [row] = value };
}
