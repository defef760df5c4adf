using System.Collections.Immutable;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Server.Data;
using Dapper;

namespace CopyTrack.Server.Reports;

/// <summary>Finds the devices that lose most, out of roll-ups and sessions; no entries are added up, so that it answers at once on any ledger.</summary>
internal sealed class CoverageReader(IDatabase database, UsageReader usage, TimeProvider time)
{
    private const int MostKept = 8, ManyDevices = 1000;

    private readonly KeptResults<IReadOnlyList<DeviceFacts>> kept = new(MostKept, time, isLarge: d => d.Count > ManyDevices);

    private static readonly UsageSplit s_split = new(Person: false, Project: false, Device: true, Month: false, Day: false, Function: false, Cause: true);

    /// <summary>The same for a page: where it takes long it may be up to <see cref="KeptResults{T}.Lasts"/> old.</summary>
    public Task<Kept<IReadOnlyList<DeviceFacts>>> ShowAsync(ReportPeriod period, ReportScope scope, CancellationToken cancellationToken) => kept.GetAsync(
        string.Join('\n', scope.Key, period.From.UtcTicks, period.To.UtcTicks), ct => DevicesAsync(period, scope, ct), cancellationToken);

    /// <summary>The devices that the scope shows whole as the period shows them, in order of their names.</summary>
    public async Task<IReadOnlyList<DeviceFacts>> DevicesAsync(ReportPeriod period, ReportScope scope, CancellationToken cancellationToken)
    {
        scope = scope.OfDevices;
        var sums = (await usage.ReadAsync(period, scope, new ReportFilter(), s_split, null, cancellationToken)).ToLookup(s => s.DeviceId);
        return await database.ReadAsync<IReadOnlyList<DeviceFacts>>(async (connection, ct) =>
        {
            var devices = await connection.QueryAsync<CoverageDevice>(new CommandDefinition(
                database.Sql["Coverage_Devices"], new { orgId = scope.OrgId, whole = scope.IsWhole, sites = scope.Sites, deviceId = (long?)null }, cancellationToken: ct));
            var sessions = (await connection.QueryAsync<CoverageSessions>(new CommandDefinition(
                database.Sql["Coverage_Sessions"], new { orgId = scope.OrgId, from = period.From, to = period.To, deviceId = (long?)null }, cancellationToken: ct))).ToDictionary(s => s.DeviceId);
            return [.. devices.Select(d => Facts(d, [.. sums[d.Id]], sessions.GetValueOrDefault(d.Id)))];
        }, cancellationToken);
    }

    /// <summary>The worst devices of the period, at most <paramref name="count"/>, each with what to do.</summary>
    public async Task<IReadOnlyList<(DeviceFacts Facts, ImmutableArray<CareAdvice> Advice)>> WorstAsync(
        ReportPeriod period, ReportScope scope, int count, CancellationToken cancellationToken) => await WorstAsync(await DevicesAsync(period, scope, cancellationToken), count, cancellationToken);

    /// <summary>The worst of these devices.</summary>
    public async Task<IReadOnlyList<(DeviceFacts Facts, ImmutableArray<CareAdvice> Advice)>> WorstAsync(IReadOnlyList<DeviceFacts> devices, int count, CancellationToken cancellationToken)
    {
        DeviceFacts[] worst = [.. DeviceCare.Worst(devices).Take(count)];
        return await database.ReadAsync<IReadOnlyList<(DeviceFacts, ImmutableArray<CareAdvice>)>>(async (connection, ct) =>
        {
            EpochSets sets = new(database, connection);
            List<(DeviceFacts, ImmutableArray<CareAdvice>)> told = [];
            foreach (var one in worst)
            {
                var facts = one with { OnlyTotal = await sets.OfAsync(one.Id, ct) is [.., var last] ? IsOnlyTotal(last.Set) : null };
                told.Add((facts, DeviceCare.For(facts)));
            }

            return told;
        }, cancellationToken);
    }

    private static bool IsOnlyTotal(BaseCounterSet set) => !set.Counters.Any(c => Remainder.IsPagePart(c) && c.Key.Function != PageFunction.Total);

    private static DeviceFacts Facts(CoverageDevice device, UsageSum[] sums, CoverageSessions? sessions) => new()
    {
        Id = device.Id, Name = device.Name, HasTerminal = device.Terminals > 0, UnreachableSince = device.UnreachableSince,
        Attributed = sums.Where(s => s.Cause == (int)Cause.None).Sum(s => s.Counts.Impressions),
        Explained = sums.Where(s => s.Cause != (int)Cause.None).GroupBy(s => (Cause)s.Cause).ToImmutableDictionary(g => g.Key, g => (g.Sum(s => s.Counts.Impressions), g.Sum(s => s.Jobs))),
        Sessions = sessions?.Sessions ?? 0, InferredSessions = sessions?.Inferred ?? 0,
    };

    private sealed record CoverageDevice
    {
        public long Id { get; init; }
        public string Name { get; init; } = "";
        public DateTimeOffset? UnreachableSince { get; init; }
        public long Terminals { get; init; }
    }

    private sealed record CoverageSessions
    {
        public long DeviceId { get; init; }
        public long Sessions { get; init; }
        public long Inferred { get; init; }
    }
}
