using System.Data.Common;
using System.Runtime.CompilerServices;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Reports;
using Dapper;

namespace CopyTrack.Server.Fleet;

/// <summary>The first and last value of a counter in a period, what is added to each of them, and how far the sum moved.</summary>
internal sealed record MeterPart(long? First, long? Last, long? Delta, long? FirstOffset = 0, long? LastOffset = 0);

/// <summary>
/// One device in the meter read report. <see cref="Flags"/> is empty for a read that may be billed as it is. <see cref="Mono"/> and <see cref="Color"/> are null where the device does not tell
/// the colour of its pages, <see cref="Scans"/> and <see cref="Faxes"/> (sent) where it does not count them. An offset is what the counters lost by resets and replaced boards before that
/// read, as the ledger reckons it or as somebody entered it: value plus offset goes on over them, and from one period to the next.
/// </summary>
internal sealed record MeterRead(
    string Device, string Site, string? Serial, DateTimeOffset? FirstAt, DateTimeOffset? LastAt, long? First, long? Last, long? Delta, long? FirstOffset, long? LastOffset, string? Unit, MeterPart? Mono, MeterPart? Color,
    MeterPart? Scans, MeterPart? Faxes, IReadOnlyList<string> Flags);

/// <summary>
/// The meter read report for billing: first and last of a period for each metered device, from the ledger. <c>delta</c> counts over resets and replaced boards, so it is not always last
/// minus first; such reads carry a flag. Devices are read by pages, a handful of statements for each.
/// </summary>
internal sealed class MeterReads(IDatabase database, MeterSpans spans, FleetDevices devices, MeterOffsets offsets)
{
    /// <summary>So many devices are read at once where nobody says otherwise.</summary>
    public const int PageSize = 500;

    /// <summary>A read is late when it lies further than this from the end of the period that it stands for.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromDays(3);

    /// <summary>The reads of all devices that somebody sees and asks for, by device, each with its row of the list; <paramref name="atOnce"/> devices at a time. Nothing of a page is kept behind it.</summary>
    public async IAsyncEnumerable<(FleetDeviceRow Row, MeterRead Read)> AllAsync(
        FleetScope scope, FleetQuestion question, ReportPeriod period, FleetPlace after, DateTimeOffset now, int atOnce, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<FleetDeviceRow> page;
        // Behind a row that another agent's row of the same device may follow.
        var last = 0L;
        do
        {
            page = await devices.ListAsync(scope, question with { Reports = false }, after, atOnce, cancellationToken);
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
        while (page.Count == atOnce);
    }

    private async Task<List<(FleetDeviceRow Row, MeterRead Read)>> ReadsAsync(List<FleetDeviceRow> rows, ReportPeriod period, DateTimeOffset now, CancellationToken cancellationToken) => rows.Count == 0 ? [] : await database.ReadAsync(
        async (connection, ct) =>
        {
            long[] ids = [.. rows.Select(r => r.DeviceId)];
            var all = await spans.OfAsync(connection, ids, period, ct);
            var doubts = (await connection.QueryAsync<Doubt>(new CommandDefinition(database.Sql["FleetDoubt_Count"], new { ids, from = period.From, to = period.To }, cancellationToken: ct))).ToDictionary(d => d.DeviceId);
            var entered = await offsets.OfAsync(connection, ids, ct);
            var reads = new List<(FleetDeviceRow, MeterRead)>(rows.Count);
            foreach (var row in rows)
            {
                var moved = all[row.DeviceId];
                // Only where the counters began anew before the period, or may have come round, is there anything to go back for.
                var before = moved is [{ Epoch: var began }, ..] && (began.Epoch > 1 || MeterSpan.ComesRound(began.Set)) ? await spans.BeforeAsync(connection, row.DeviceId, period.From, ct) : [];
                reads.Add((row, Read(row, moved, before, [.. MeterOffsetRow.Counting(entered[row.DeviceId])], doubts[row.DeviceId], period, now)));
            }

            return reads;
        },
        cancellationToken);

    private static MeterRead Read(FleetDeviceRow device, List<MeterSpan> all, List<MeterSpan> before, MeterOffsetRow[] entered, Doubt doubt, ReportPeriod period, DateTimeOffset now)
    {
        if (all.Count == 0)
        {
            return new MeterRead(device.Name, device.Site, device.Serial, null, null, null, null, null, null, null, null, null, null, null, null, ["missing"]);
        }

        var (first, last) = (all[0].First, all[^1].Last);
        var (firstAt, lastAt) = (Known(first.At, first.ConfirmedAt, period.From), Known(last.At, last.ConfirmedAt, period.To));
        var end = period.To < now ? period.To : now;
        var flags = new List<string>();
        Flag("missing", lastAt < period.From);
        Flag("lateFirst", firstAt > period.From + Late);
        Flag("earlyLast", lastAt >= period.From && lastAt < end - Late);
        Flag("newEpoch", all.Count > 1);
        Flag("rejectedReads", doubt.Rejected > 0);
        Flag("implausible", doubt.Doubtful > 0);
        Flag("offset", Array.Exists(entered, e => e.At >= period.From && e.At < period.To));
        var pages = Part(BilledCounter.Pages);
        return new MeterRead(
            device.Name, device.Site, device.Serial, firstAt, lastAt, pages.First, pages.Last, pages.Delta, pages.FirstOffset, pages.LastOffset, MeterReports.UnitOf(all.Select(s => s.Unit)),
            Told(BilledCounter.Mono), Told(BilledCounter.Color), Told(BilledCounter.Scans), Told(BilledCounter.Faxes), flags);

        void Flag(string name, bool holds)
        {
            if (holds)
            {
                flags.Add(name);
            }
        }

        MeterPart? Told(BilledCounter counter) => all.TrueForAll(counter.IsTold) ? Part(counter) : null;

        MeterPart Part(BilledCounter counter)
        {
            var corrections = entered.Where(e => e.Counter == counter.Name).ToList();
            var (begins, ends) = (counter.At(all[0], first), counter.At(all[^1], last));
            var delta = all.Sum(counter.Moved) + corrections.Where(e => e.At >= period.From && e.At < period.To).Sum(e => e.Correction);
            var offset = counter.Lost(before) + corrections.Where(e => e.At < period.From).Sum(e => e.Correction);
            return new MeterPart(begins, ends, delta, begins is null ? null : offset, begins is null || ends is null ? null : offset + delta - (ends - begins));
        }
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
