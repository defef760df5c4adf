using System.Collections.Immutable;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Fleet;

/// <summary>A figure of the meter read report: which counters of a device it adds up. Pure.</summary>
internal sealed class BilledCounter
{
    private readonly Func<MeterSpan, ImmutableArray<int>?> _of;

    private BilledCounter(string name, Func<MeterSpan, ImmutableArray<int>?> of) => (Name, _of) = (name, of);

    /// <summary>All pages.</summary>
    public static BilledCounter Pages { get; } = new("pages", s => s.PageCounters.IsEmpty ? null : s.PageCounters);

    /// <summary>Pages without colour; none where some pages are counted without telling their colour.</summary>
    public static BilledCounter Mono { get; } = new("mono", s => OfColor(s, mono: true));

    /// <summary>Pages in colour.</summary>
    public static BilledCounter Color { get; } = new("color", s => OfColor(s, mono: false));

    /// <summary>Scans; none where the device does not count them.</summary>
    public static BilledCounter Scans { get; } = new("scans", s => OfScans(s, fax: false));

    /// <summary>Faxes sent.</summary>
    public static BilledCounter Faxes { get; } = new("faxes", s => OfScans(s, fax: true));

    /// <summary>All of them, as the report has them.</summary>
    public static ImmutableArray<BilledCounter> All { get; } = [Pages, Mono, Color, Scans, Faxes];

    /// <summary>Its name in reports and in the API.</summary>
    public string Name { get; }

    /// <summary>True when a device tells it in that span.</summary>
    public bool IsTold(MeterSpan span) => _of(span) is not null;

    /// <summary>What stands at a border of the span; null when no counter of it does.</summary>
    public long? At(MeterSpan span, ReadingRecord border) =>
        _of(span) is { } counters && (counters.IsEmpty || counters.Any(i => border.Values[i] is not null)) ? counters.Sum(i => border.Values[i] ?? 0) : null;

    /// <summary>How far it moved in the span; 0 where it is not told.</summary>
    public long Moved(MeterSpan span) => _of(span)?.Sum(i => span.Moved(i) ?? 0) ?? 0;

    /// <summary>What it lost between two spans by beginning anew: where it stood less where it began; null where one of them does not tell it.</summary>
    public long? Lost(MeterSpan before, MeterSpan after) => At(before, before.Last) is { } stood && At(after, after.First) is { } begun ? stood - begun : null;

    /// <summary>What it lost over spans in order, as far back as all of them tell it.</summary>
    public long Lost(IReadOnlyList<MeterSpan> spans)
    {
        MeterSpan[] told = [.. spans.Reverse().TakeWhile(IsTold).Reverse()];
        return told is [{ } first, ..] && At(first, first.First) is { } begun && At(told[^1], told[^1].Last) is { } stands ? begun + told.Sum(Moved) - stands : 0;
    }

    private static ImmutableArray<int>? OfColor(MeterSpan span, bool mono)
    {
        var counters = span.Epoch.Set.Counters;
        return span.PageCounters.Any(i => counters[i].Key.Color == PageColor.Any) ? null : span.PageCounters.RemoveAll(i => counters[i].Key.Color == PageColor.Mono != mono);
    }

    private static ImmutableArray<int>? OfScans(MeterSpan span, bool fax)
    {
        ImmutableArray<int> counters = [.. span.Epoch.Set.Counters.Where(c => c.Role == CounterRole.Part && c.Key.Unit == CounterUnit.Scans && c.Key.Function == PageFunction.Fax == fax).Select(c => c.Index)];
        return counters.IsEmpty ? null : counters;
    }
}
