using System.Collections.Concurrent;
using System.Collections.Immutable;
using CopyTrack.MfpSimulator.Mib;

namespace CopyTrack.MfpSimulator.Meters;

/// <summary>One live row: its name, BER tag and the value it starts with.</summary>
internal readonly record struct LiveSlot(string Oid, byte Tag, long Number, byte[]? Octets);

/// <summary>One counter that rises, by how much.</summary>
internal readonly record struct Effect(int Slot, int Amount, long Modulus);

/// <summary>An input tray whose level is known. <see cref="Size"/> is null when it fits any paper.</summary>
internal sealed record TrayRow(int Slot, int Capacity, int Start, PaperSize? Size);

/// <summary>A supply whose level is known; <see cref="Yield"/> impressions use up <see cref="Capacity"/>.</summary>
internal sealed record SupplyRow(int Slot, int Capacity, int Start, int Yield, bool ColorOnly, bool IsToner);

/// <summary>Which rows of a recording live, and what moves them. Shared by all devices of a model; thread-safe.</summary>
internal sealed class LiveMap
{
    /// <summary>Number of moments at which the counters of one sheet may rise.</summary>
    public const int Moments = 5;

    private readonly List<LiveSlot> slots = [];
    private readonly Dictionary<string, int> slotOf = [];
    private readonly ConcurrentDictionary<WorkUnit, Effect[][]> effects = [];

    public LiveMap(Recording mib, IEnumerable<LiveCounter> described)
    {
        UpTime = Add(mib, "1.3.6.1.2.1.1.3.0");
        Counters = [.. described.DistinctBy(c => c.Oid).Where(c => mib.Find(c.Oid) is { Number: not null }).Select(c => (c, Add(mib, c.Oid)))];
        var printer = mib.Below("1.3.6.1.2.1.25.3.2.1.2").FirstOrDefault(r => r.Row.Tag == MibRow.ObjectIdentifier && Oid.Encode(Oid.Parse("1.3.6.1.2.1.25.3.1.5")).AsSpan().SequenceEqual(r.Row.Content)).Index;
        var device = printer is [var number] ? number : 1;
        DeviceStatus = Add(mib, $"1.3.6.1.2.1.25.3.2.1.5.{device}");
        PrinterStatus = Add(mib, $"1.3.6.1.2.1.25.3.5.1.1.{device}");
        ErrorState = Add(mib, $"1.3.6.1.2.1.25.3.5.1.2.{device}");
        Console = Add(mib, mib.Below("1.3.6.1.2.1.43.16.5.1.2").Select(r => r.Row.OidText).FirstOrDefault() ?? "");
        var serials = mib.Below("1.3.6.1.2.1.43.5.1.1.17").Select(r => r.Row.OidText).Concat(MakerSerials);
        Serials = [.. serials.Select(oid => Add(mib, oid)).Where(s => s >= 0)];
        Trays = [.. mib.Below("1.3.6.1.2.1.43.8.2.1.10").Select(r => Tray(mib, Oid.Text(r.Index))).OfType<TrayRow>()];
        Supplies = [.. mib.Below("1.3.6.1.2.1.43.11.1.1.9").Select(r => Supply(mib, Oid.Text(r.Index))).OfType<SupplyRow>()];
    }

    /// <summary>Where makers repeat the serial number.</summary>
    private static readonly string[] MakerSerials =
    [
        "1.3.6.1.4.1.1347.43.5.1.1.28.1", "1.3.6.1.4.1.367.3.2.1.2.1.4.0", "1.3.6.1.4.1.11.2.3.9.4.2.1.1.3.3.0", "1.3.6.1.4.1.2435.2.3.9.4.2.1.5.5.1.0",
        "1.3.6.1.4.1.1248.1.2.2.1.1.1.5.1", "1.3.6.1.4.1.1602.1.2.1.4.0", "1.3.6.1.4.1.641.2.1.2.1.6.1",
    ];

    public IReadOnlyList<LiveSlot> Slots => slots;
    public IReadOnlyDictionary<string, int> SlotOf => slotOf;
    public ImmutableArray<(LiveCounter Counter, int Slot)> Counters { get; }

    /// <summary>Slots of single rows; -1 where the recording has none.</summary>
    public int UpTime { get; }
    public int DeviceStatus { get; }
    public int PrinterStatus { get; }
    public int ErrorState { get; }
    public int Console { get; }
    public ImmutableArray<int> Serials { get; }
    public ImmutableArray<TrayRow> Trays { get; }
    public ImmutableArray<SupplyRow> Supplies { get; }

    /// <summary>What one unit of work does to the counters, by the moment at which they rise.</summary>
    public Effect[][] EffectsOf(WorkUnit unit) => effects.GetOrAdd(unit, u =>
    {
        var byMoment = Enumerable.Range(0, Moments).Select(_ => new List<Effect>()).ToArray();
        foreach (var (counter, slot) in Counters)
            if (counter.Meaning.Count(u) is var amount and > 0)
                byMoment[counter.Meaning.Moment].Add(new Effect(slot, amount, MibRow.Modulus(slots[slot].Tag)));
        return [.. byMoment.Select(e => e.ToArray())];
    });

    private int Add(Recording mib, string oid)
    {
        if (mib.Find(oid) is not { } row) return -1;
        if (slotOf.TryGetValue(oid, out var slot)) return slot;
        slots.Add(new LiveSlot(oid, row.Tag, row.Number ?? 0, row.Number is null ? row.Content : null));
        return slotOf[oid] = slots.Count - 1;
    }

    private TrayRow? Tray(Recording mib, string index)
    {
        const string table = "1.3.6.1.2.1.43.8.2.1.";
        var capacity = mib.Find($"{table}9.{index}")?.Number ?? 0;
        var level = mib.Find($"{table}10.{index}")?.Number ?? -1;
        if (capacity <= 0 || level < 0) return null;
        var scale = mib.Find($"{table}3.{index}")?.Number == 3 ? 0.0254 : 0.01;
        var length = (mib.Find($"{table}4.{index}")?.Number ?? 0) * scale;
        var width = (mib.Find($"{table}5.{index}")?.Number ?? 0) * scale;
        return new(Add(mib, $"{table}10.{index}"), (int)capacity, (int)Math.Min(level, capacity), length > 0 && width > 0 ? PaperSize.Find(length, width) : null);
    }

    private SupplyRow? Supply(Recording mib, string index)
    {
        const string table = "1.3.6.1.2.1.43.11.1.1.";
        var capacity = mib.Find($"{table}8.{index}")?.Number ?? 0;
        var level = mib.Find($"{table}9.{index}")?.Number ?? -1;
        var isConsumed = mib.Find($"{table}4.{index}")?.Number == 3;
        if (capacity <= 0 || level < 0 || !isConsumed) return null;
        var type = mib.Find($"{table}5.{index}")?.Number ?? 0;
        var colorant = mib.Find($"{table}3.{index}")?.Number ?? 0;
        var name = (mib.Find($"1.3.6.1.2.1.43.12.1.1.4.{index.Split('.')[0]}.{colorant}")?.Text ?? mib.Find($"{table}6.{index}")?.Text ?? "").ToUpperInvariant();
        var isToner = type is 3 or 5 or 6 or 21;
        var isColor = isToner && (name.Contains("CYAN", StringComparison.Ordinal) || name.Contains("MAGENTA", StringComparison.Ordinal) || name.Contains("YELLOW", StringComparison.Ordinal));
        var yield = mib.Find($"{table}7.{index}")?.Number == 7 ? (int)capacity : isToner ? 10_000 : 100_000;
        return new(Add(mib, $"{table}9.{index}"), (int)capacity, (int)Math.Min(level, capacity), yield, isColor, isToner);
    }
}
