using System.Collections.Immutable;
using CopyTrack.Accounting.Audit;
using CopyTrack.Server.Data;
using Dapper;

namespace CopyTrack.Server.Reports;

/// <summary>The balance of one device over a period: what the meters moved by between the borders at its limits against the entries inside.</summary>
internal sealed class BalanceReader(IDatabase database, MeterSpans spans)
{
    /// <summary>In the shape of the audit's verdict; a difference is told as a violation.</summary>
    public Task<DeviceVerdict> OfAsync(long deviceId, string name, ReportScope scope, ReportPeriod period, CancellationToken cancellationToken) =>
        database.ReadAsync(async (connection, ct) =>
        {
            ILookup<(int, int), long> sums = (await connection.QueryAsync<Sum>(new CommandDefinition(database.Sql["Entry_SumByCauseOfDevice"], new
            {
                orgId = scope.OrgId, from = period.From, to = period.To, deviceId,
            }, cancellationToken: ct))).ToLookup(s => (s.Epoch, s.Counter), s => s.Delta);
            ImmutableArray<EpochVerdict> epochs = [.. (await spans.OfAsync(connection, deviceId, period, ct)).Select(s => Verdict(s, sums))];
            return new DeviceVerdict(name, epochs, [.. epochs.Where(e => e.Difference is not (null or 0)).Select(e =>
                FormattableString.Invariant($"Device {name}, epoch {e.Epoch}: the meters moved by {e.Metered} but the entries sum to {e.Ledger}."))]);
        }, cancellationToken);

    private static EpochVerdict Verdict(MeterSpan span, ILookup<(int, int), long> sums)
    {
        long ledger = span.PageCounters.Sum(c => sums[(span.Epoch.Epoch, c)].Sum());
        ImmutableArray<CounterVerdict> counters = [.. span.PageCounters.Select(c =>
        {
            long metered = span.Moved(c) ?? 0;
            long posted = sums[(span.Epoch.Epoch, c)].Sum();
            var key = span.Epoch.Set.Counters[c].Key;
            return new CounterVerdict(CounterText.Of(key), Words.Of(key.Unit), span.First.Values[c], span.Last.Values[c], metered, posted, metered - posted);
        })];
        return new EpochVerdict(span.Epoch.Epoch, span.First.At, span.Last.At, span.At(span.First), span.At(span.Last), span.Metered, ledger, span.Metered - ledger, counters);
    }

    private sealed record Sum
    {
        public int Epoch { get; init; }
        public int Counter { get; init; }
        public long Delta { get; init; }
    }
}
