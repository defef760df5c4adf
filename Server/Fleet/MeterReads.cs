using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Reports;
using Dapper;

namespace CopyTrack.Server.Fleet;

/// <summary>One device in the meter read report. <see cref="Flags"/> is empty for a read that may be billed as it is.</summary>
internal sealed record MeterRead(
    string Device, string Site, string? Serial, DateTimeOffset? FirstAt, DateTimeOffset? LastAt, long? First, long? Last, long? Delta, string? Unit, IReadOnlyList<string> Flags);

/// <summary>
/// The meter read report for billing: first and last of a period for each metered device, from the ledger. <c>delta</c> counts over resets and replaced boards, so it is not always last
/// minus first; such reads carry a flag.
/// </summary>
internal sealed class MeterReads(IDatabase database, MeterSpans spans, FleetDevices devices)
{
    private const int PageSize = 500;

    /// <summary>A read is late when it lies further than this from the end of the period that it stands for.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromDays(3);

    /// <summary>The reads of all devices that somebody sees, by device.</summary>
    public async Task<IReadOnlyList<MeterRead>> BuildAsync(FleetScope scope, ReportPeriod period, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = new List<FleetDeviceRow>();
        IReadOnlyList<FleetDeviceRow> page;
        do
        {
            page = await devices.ListAsync(scope, rows is [.., { } last] ? last.NameFolded : "", rows is [.., { } end] ? end.AgentId : 0, PageSize, cancellationToken);
            rows.AddRange(page);
        }
        while (page.Count == PageSize);
        return await database.ReadAsync<IReadOnlyList<MeterRead>>(
            async (connection, ct) =>
            {
                var reads = new List<MeterRead>();
                foreach (var device in rows.DistinctBy(r => r.DeviceId))
                {
                    var all = await spans.OfAsync(connection, device.DeviceId, period, ct);
                    var doubt = await connection.QuerySingleAsync<Doubt>(new CommandDefinition(
                        database.Sql["FleetDoubt_Count"], new { deviceId = device.DeviceId, from = period.From, to = period.To }, cancellationToken: ct));
                    reads.Add(Read(device, all, doubt, period, now));
                }

                return reads;
            },
            cancellationToken);
    }

    private static MeterRead Read(FleetDeviceRow device, List<MeterSpan> all, Doubt doubt, ReportPeriod period, DateTimeOffset now)
    {
        if (all.Count == 0)
        {
            return new MeterRead(device.Name, device.Site, device.Serial, null, null, null, null, null, null, ["missing"]);
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
        return new MeterRead(
            device.Name, device.Site, device.Serial, firstAt, lastAt, all[0].At(first), all[^1].At(last), all.Sum(s => s.Metered), MeterReports.UnitOf(all.Select(s => s.Unit)), flags);

        void Flag(string name, bool holds)
        {
            if (holds)
            {
                flags.Add(name);
            }
        }
    }

    /// <summary>The instant nearest to the limit for which a border's values are known to hold.</summary>
    private static DateTimeOffset Known(DateTimeOffset at, DateTimeOffset confirmedAt, DateTimeOffset limit) => at >= limit ? at : confirmedAt < limit ? confirmedAt : limit;

    private sealed record Doubt
    {
        public long Rejected { get; init; }
        public long Doubtful { get; init; }
    }
}
