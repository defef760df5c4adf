using System.Collections.Immutable;
using System.Data.Common;
using System.Runtime.CompilerServices;
using CopyTrack.Accounting.Meters;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Reports;
using Dapper;

namespace CopyTrack.Server.Fleet;

/// <summary>The first and last value of some counters in a period, and how far they moved over resets.</summary>
internal sealed record MeterPart(long? First, long? Last, long? Delta);

/// <summary>
/// One device in the meter read report. <see cref="Flags"/> is empty for a read that may be billed as it is. <see cref="Mono"/> and <see cref="Color"/> are null where the device does not tell
/// the colour of its pages, <see cref="Scans"/> and <see cref="Faxes"/> (sent) where it does not count them. An offset is what the counters lost by resets and replaced boards before that
/// read: value plus offset goes on over them, and from one period to the next.
/// </summary>
internal sealed record MeterRead(
    string Device, string Site, string? Serial, DateTimeOffset? FirstAt, DateTimeOffset? LastAt, long? First, long? Last, long? Delta, long? FirstOffset, long? LastOffset, string? Unit, MeterPart? Mono, MeterPart? Color,
    MeterPart? Scans, MeterPart? Faxes, IReadOnlyList<string> Flags);

/// <summary>
/// The meter read report for billing: first and last of a period for each metered device, from the ledger. <c>delta</c> counts over resets and replaced boards, so it is not always last
/// minus first; such reads carry a flag. Devices are read by pages, a handful of statements for each.
/// </summary>
internal sealed class MeterReads(IDatabase database, MeterSpans spans, FleetDevices devices)
{
    private const int PageSize = 500;

    /// <summary>A read is late when it lies further than this from the end of the period that it stands for.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromDays(3);

    /// <summary>The reads of all devices that somebody sees and asks for, by device, each with its row of the list. Nothing of a page is kept behind it.</summary>
    public async IAsyncEnumerable<(FleetDeviceRow Row, MeterRead Read)> AllAsync(
        FleetScope scope, FleetQuestion question, ReportPeriod period, FleetPlace after, DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<FleetDeviceRow> page;
        // Behind a row that another agent's row of the same device may follow.
        var last = 0L;
        do
        {
            page = await devices.ListAsync(scope, question with { Reports = false }, after, PageSize, cancellationToken);
            var rows = page.DistinctBy(r => r.DeviceId).Where(r => r.DeviceId != last).ToList();
            foreach (var read in await ReadsAsync(rows, period, now, cancellationToken))
            {
                yield return read;
            }

            if (page is [.., { } end])
            {
                (after, last) = (FleetPlace.Behind(end), end.DeviceId);
            }
        }
        while (page.Count == PageSize);
    }

    private async Task<List<(FleetDeviceRow Row, MeterRead Read)>> ReadsAsync(List<FleetDeviceRow> rows, ReportPeriod period, DateTimeOffset now, CancellationToken cancellationToken) => rows.Count == 0 ? [] : await database.ReadAsync(
        async (connection, ct) =>
        {
            long[] ids = [.. rows.Select(r => r.DeviceId)];
            var all = await spans.OfAsync(connection, ids, period, ct);
            var doubts = (await connection.QueryAsync<Doubt>(new CommandDefinition(database.Sql["FleetDoubt_Count"], new { ids, from = period.From, to = period.To }, cancellationToken: ct))).ToDictionary(d => d.DeviceId);
            var reads = new List<(FleetDeviceRow, MeterRead)>(rows.Count);
            foreach (var row in rows)
            {
                var moved = all[row.DeviceId];
                // Only where the counters began anew before the period is there anything to go back for.
                var offset = moved is [{ Epoch.Epoch: > 1 }, ..] ? await OffsetAsync(connection, row.DeviceId, period.From, ct) : 0;
                reads.Add((row, Read(row, moved, offset, doubts[row.DeviceId], period, now)));
            }

            return reads;
        },
        cancellationToken);

    /// <summary>What the page counters of a device lost by beginning anew until a time.</summary>
    private async Task<long> OffsetAsync(DbConnection connection, long deviceId, DateTimeOffset before, CancellationToken cancellationToken) =>
        await spans.BeforeAsync(connection, deviceId, before, cancellationToken) is [{ } first, ..] all && first.At(first.First) is { } begun && all[^1].At(all[^1].Last) is { } stands
            ? begun + all.Sum(s => s.Metered) - stands : 0;

    private static MeterRead Read(FleetDeviceRow device, List<MeterSpan> all, long offset, Doubt doubt, ReportPeriod period, DateTimeOffset now)
    {
        if (all.Count == 0)
        {
            return new MeterRead(device.Name, device.Site, device.Serial, null, null, null, null, null, null, null, null, null, null, null, null, ["missing"]);
        }

        var (first, last) = (all[0].First, all[^1].Last);
        var (firstAt, lastAt) = (Known(first.At, first.ConfirmedAt, period.From), Known(last.At, last.ConfirmedAt, period.To));
        var (firstPages, lastPages, delta) = (all[0].At(first), all[^1].At(last), all.Sum(s => s.Metered));
        var end = period.To < now ? period.To : now;
        var flags = new List<string>();
        Flag("missing", lastAt < period.From);
        Flag("lateFirst", firstAt > period.From + Late);
        Flag("earlyLast", lastAt >= period.From && lastAt < end - Late);
        Flag("newEpoch", all.Count > 1);
        Flag("rejectedReads", doubt.Rejected > 0);
        Flag("implausible", doubt.Doubtful > 0);
        return new MeterRead(
            device.Name, device.Site, device.Serial, firstAt, lastAt, firstPages, lastPages, delta, firstPages is null ? null : offset, lastPages is null || firstPages is null ? null : offset + delta - (lastPages - firstPages),
            MeterReports.UnitOf(all.Select(s => s.Unit)), Part(all, s => OfColor(s, mono: true)), Part(all, s => OfColor(s, mono: false)), Part(all, s => OfScans(s, fax: false)), Part(all, s => OfScans(s, fax: true)), flags);

        void Flag(string name, bool holds)
        {
            if (holds)
            {
                flags.Add(name);
            }
        }
    }

    /// <summary>The counters of pages of a colour; null where some pages are counted without it.</summary>
    private static ImmutableArray<int>? OfColor(MeterSpan span, bool mono)
    {
        var counters = span.Epoch.Set.Counters;
        return span.PageCounters.Any(i => counters[i].Key.Color == PageColor.Any) ? null : span.PageCounters.RemoveAll(i => counters[i].Key.Color == PageColor.Mono != mono);
    }

    /// <summary>The counters of scans, or of faxes sent; null where there are none.</summary>
    private static ImmutableArray<int>? OfScans(MeterSpan span, bool fax)
    {
        ImmutableArray<int> counters = [.. span.Epoch.Set.Counters.Where(c => c.Role == CounterRole.Part && c.Key.Unit == CounterUnit.Scans && c.Key.Function == PageFunction.Fax == fax).Select(c => c.Index)];
        return counters.IsEmpty ? null : counters;
    }

    private static MeterPart? Part(List<MeterSpan> all, Func<MeterSpan, ImmutableArray<int>?> counters)
    {
        var (delta, known) = (0L, true);
        foreach (var span in all)
        {
            known &= counters(span) is not null;
            delta += counters(span)?.Sum(i => span.Moved(i) ?? 0) ?? 0;
        }

        return known ? new MeterPart(At(all[0].First.Values, counters(all[0])!.Value), At(all[^1].Last.Values, counters(all[^1])!.Value), delta) : null;

        static long? At(ImmutableArray<long?> values, ImmutableArray<int> counters) => counters.IsEmpty || counters.Any(i => values[i] is not null) ? counters.Sum(i => values[i] ?? 0) : null;
    }

    /// <summary>The instant nearest to the limit for which a border's values are known to hold.</summary>
    private static DateTimeOffset Known(DateTimeOffset at, DateTimeOffset confirmedAt, DateTimeOffset limit) => at >= limit ? at : confirmedAt < limit ? confirmedAt : limit;

    private sealed record Doubt
    {
        public long DeviceId { get; init; }
        public long Rejected { get; init; }
        public long Doubtful { get; init; }
    }
}
