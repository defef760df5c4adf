using System.Collections.Immutable;
using System.Text.Json;
using CopyTrack.Accounting.Audit;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Sessions;

/// <summary>The storage of one device in memory: keeps what decisions write, and checks after each of them what must hold at every moment.</summary>
public sealed class PaperStore
{
    private readonly Dictionary<(int Epoch, int Counter), long> posted = [];
    private readonly Dictionary<(int Epoch, int Counter), long> metered = [];
    private readonly Dictionary<int, ImmutableArray<long?>> lastBorder = [];

    public DeviceState State { get; private set; } = new() { DeviceId = 7 };
    public List<EpochRecord> Epochs { get; } = [];
    public List<ReadingRecord> Readings { get; } = [];
    public List<EntryRecord> Entries { get; } = [];
    public List<UsageRecord> Usage { get; } = [];
    public List<DeviceEvent> Events { get; } = [];
    public Dictionary<long, SessionRecord> Sessions { get; } = [];

    /// <summary>Stands between the rules and the storage; a mutation of what was decided.</summary>
    public Func<DeviceChange, DeviceChange>? Seam { get; set; }

    public void Restart() => State = DeviceStateJson.Read(DeviceStateJson.Write(State)) with { ClaimToken = State.ClaimToken };

    public void Claim(long token) => State = State with { ClaimToken = token };

    public T Apply<T>((DeviceChange Change, T Outcome) decision)
    {
        var change = Seam is null ? decision.Change : Seam(decision.Change);
        if (change.State is null)
        {
            Assert.That(change.Entries.Length + change.Readings.Length + change.Sessions.Length + change.Usage.Length, Is.Zero, "a change without state writes nothing");
            return decision.Outcome;
        }

        State = change.State;
        Epochs.AddRange(change.Epochs);
        foreach (var (seq, _, confirmedAt) in change.Confirmed)
        {
            var at = Readings.FindIndex(r => r.Seq == seq);
            Readings[at] = Readings[at] with { ConfirmedAt = confirmedAt };
        }

        Readings.AddRange(change.Readings);
        Entries.AddRange(change.Entries);
        Usage.AddRange(change.Usage);
        Events.AddRange(change.Events);
        foreach (var session in change.Sessions)
        {
            Sessions[session.Id] = session;
        }

        if (Seam is null)
        {
            Check(change);
        }

        return decision.Outcome;
    }

    private void Check(DeviceChange change)
    {
        foreach (var border in change.Readings.Where(r => r.Status == ReadingStatus.Border))
        {
            var set = Epochs.Single(e => e.Epoch == border.Epoch).Set;
            Assert.That(border.Values, Has.Length.EqualTo(set.Counters.Length));
            if (lastBorder.TryGetValue(border.Epoch, out var before))
            {
                foreach (var c in set.Counters.Where(c => before[c.Index] is not null && border.Values[c.Index] is not null))
                {
                    var step = border.Values[c.Index]!.Value - before[c.Index]!.Value;
                    metered[(border.Epoch, c.Index)] = metered.GetValueOrDefault((border.Epoch, c.Index)) + (step < 0 ? step + c.Modulus : step);
                }
            }

            lastBorder[border.Epoch] = border.Values;
        }

        foreach (var e in change.Entries)
        {
            posted[(e.Epoch, e.Counter)] = posted.GetValueOrDefault((e.Epoch, e.Counter)) + e.Delta;
            Assert.That(e.SessionId is not null || e.PersonId is not null || e is { Source: EntrySource.Vendor, Cause: Cause.None }, Is.EqualTo(e.Cause == Cause.None), $"owner or cause, never both: {e}");
            Assert.That(e.SessionId is null || Sessions.ContainsKey(e.SessionId.Value), $"session of {e} is kept");
        }

        foreach (var ((epoch, counter), moved) in metered)
        {
            var set = Epochs.Single(e => e.Epoch == epoch).Set;
            if (set.Counters[counter].Role != CounterRole.Total || !set.Counters.Any(c => c.Role == CounterRole.Part && c.Key.Unit != CounterUnit.Scans))
            {
                Assert.That(posted.GetValueOrDefault((epoch, counter)), Is.EqualTo(moved), $"epoch {epoch}, {set.Counters[counter].Key}");
            }
        }

        Assert.That(Sessions.Values.Count(s => s.State <= SessionState.Active), Is.LessThanOrEqualTo(1), "open sessions");
        Assert.That(change.Entries.Select(e => e.Seq), Is.EqualTo(Enumerable.Range(1, change.Entries.Length).Select(i => (long)(Entries.Count - change.Entries.Length + i))));
    }

    public PageCounts Sum(Func<UsageRecord, bool> of) => Usage.Where(of).Aggregate(default(PageCounts), (a, u) => a + u.Counts);

    /// <summary>The projection of all entries, from the borders of their intervals.</summary>
    public PageCounts Projected(PriceList prices)
    {
        var sum = default(PageCounts);
        foreach (var g in Entries.GroupBy(e => (e.Epoch, e.Interval, e.Counter)))
        {
            var set = Epochs.Single(e => e.Epoch == g.Key.Epoch).Set;
            var at = Readings.FindIndex(r => r.Seq == g.Key.Interval);
            var before = Readings.FindLastIndex(at - 1, r => r.Status == ReadingStatus.Border && r.Epoch == g.Key.Epoch);
            var from = before < 0 ? Readings[at].Values[g.Key.Counter] : Readings[before].Values[g.Key.Counter];
            sum += Projection.Of(set, set.Counters[g.Key.Counter], from!.Value, from.Value + g.Sum(e => e.Delta), prices);
        }

        return sum;
    }

    public async Task<ImmutableArray<string>> AuditAsync() => (await DeviceAudit.RunAsync(
        7, "paper", Epochs, Stream(Readings.OrderBy(r => r.Seq)), Stream(Entries.OrderBy(e => e.Interval).ThenBy(e => e.Seq)), null, CancellationToken.None)).Verdict.Violations;

    private static async IAsyncEnumerable<T> Stream<T>(IEnumerable<T> rows)
    {
        await Task.CompletedTask;
        foreach (var row in rows)
        {
            yield return row;
        }
    }
}
