using System.Collections.Immutable;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Receipts;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Accounting.Tests.Sessions;

namespace CopyTrack.Accounting.Tests.Receipts;

/// <summary>
/// A day of a device that reports its own jobs and is read as well. What truly happened is decided first; readings and receipts then come in any order,
/// late, and days later. Rough: counters are late by minutes and receipts claim more than was made.
/// </summary>
public sealed class ReceiptDay
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private readonly Random random;
    private readonly List<(TimeSpan Shown, PaperPage Page)> pages = [];
    private readonly List<WaitingReceipt> all = [];
    private readonly List<WaitingReceipt> waiting = [];
    private readonly bool rough;
    private long ids;

    public ReceiptDay(int seed, bool rough)
    {
        (random, this.rough) = (new Random(seed), rough);
        Model = PaperModel.All(0)[random.Next(4)];
        Make();
        Run();
    }

    public PaperModel Model { get; }
    public PaperStore Store { get; } = new();
    public PriceList Prices { get; } = new("EUR", 10, 70, 5, 1, 1);
    public IReadOnlyList<WaitingReceipt> Receipts => all;
    public Dictionary<long, ReceiptStatus> Closed { get; } = [];
    public long Claimed(long person) => all.Where(r => r.Owner.PersonId == person).Sum(r => r.Receipt.Pages.Sum(l => l.Impressions));
    public long Made => pages.Count;
    public long Over { get; private set; }
    public bool HasSession { get; private set; }

    private void Make()
    {
        var at = TimeSpan.FromMinutes(3);
        for (var job = 0; job < 12; job++)
        {
            at += TimeSpan.FromSeconds(20 + random.Next(200));
            var person = 1L + random.Next(3);
            var (color, large, duplex, count) = (random.Next(3) == 0, random.Next(4) == 0, random.Next(3) == 0, 1 + random.Next(9));
            var lag = TimeSpan.FromSeconds(rough && random.Next(3) == 0 ? random.Next(300) : random.NextDouble() * 2);
            var start = at;
            for (var i = 0; i < count; i++)
            {
                at += TimeSpan.FromSeconds(0.5 + random.NextDouble());
                pages.Add((at + lag, new PaperPage(at, Work.Copy, color, large, duplex && i % 2 == 1, person)));
            }

            var over = rough && random.Next(5) == 0 ? 1 + random.Next(3) : 0;
            Over += over;
            var told = count + over;
            var sheets = duplex ? (told + 1) / 2 : told;
            var receipt = new JobReceipt
            {
                BootId = "b", JobId = $"{job}", Service = JobService.Copy, StartedAt = Start + start, EndedAt = Start + at,
                Identities = [new JobIdentity(IdentityKind.Login, $"p{person}")],
                Pages = [new CompletedPages(color ? PageColor.Color : PageColor.Mono, duplex ? PageSides.Duplex : PageSides.Simplex, large ? "iso_a3_297x420mm" : "iso_a4_210x297mm", told, sheets)],
            };
            var arrives = at + TimeSpan.FromSeconds(random.Next(10) switch { 0 => 3600 * 20, < 3 => random.Next(4000), _ => random.NextDouble() * 8 });
            all.Add(new WaitingReceipt(++ids, receipt, Start + start, Start + at, Start + arrives, new ReceiptOwner(null, person, random.Next(3) == 0 ? 77 : null)));
        }
    }

    private void Run()
    {
        var events = all.ConvertAll(r => (At: r.ReceivedAt - Start, Do: (Action<TimeSpan>)(t => Receive(t, r))));
        for (var t = TimeSpan.Zero; t < TimeSpan.FromMinutes(90); t += TimeSpan.FromSeconds(20 + random.Next(90)))
        {
            events.Add((t, Read));
        }

        if (random.Next(2) == 0)
        {
            HasSession = true;
            var login = TimeSpan.FromMinutes(4 + random.Next(10));
            events.Add((login, t => Store.Apply(WalkUpRules.Login(Store.State, At(t), new LoginGrant(500, "T", 1 + random.Next(3), "card", "copy", false)))));
            events.Add((login + TimeSpan.FromSeconds(1), Read));
            events.Add((login + TimeSpan.FromMinutes(3), t => Store.Apply(WalkUpRules.End(Store.State, At(t), null, EndReason.User))));
        }

        // What the server does when receipts wait: it reads the device and keeps the border.
        events.AddRange([.. new[] { 21, 50, 50.1 }.Select(h => (TimeSpan.FromHours(h), (Action<TimeSpan>)(t => Read(t, ReadingTrigger.Receipt))))]);
        foreach (var (at, act) in events.OrderBy(e => e.At).ToList())
        {
            act(at);
        }
    }

    private void Receive(TimeSpan at, WaitingReceipt receipt)
    {
        waiting.Add(receipt);
        if (random.Next(2) == 0)
        {
            Read(at + TimeSpan.FromMilliseconds(Store.State.LagMs), ReadingTrigger.Receipt);
        }

        Book(at);
    }

    private void Read(TimeSpan at) => Read(at, ReadingTrigger.Idle);

    private void Read(TimeSpan at, ReadingTrigger trigger)
    {
        var values = Model.Adds.Select(add => (long?)(1000 + pages.Where(p => p.Shown <= at).Sum(p => add(p.Page))));
        Store.Apply(WalkUpRules.Reading(Store.State, At(at), new MeterReading
        {
            SentAt = Start + at, At = Start + at, UpTime = 100_000 + (long)(at.TotalSeconds * 100), Idle = true, PagesPerMinute = 60, Set = Model.Set, Values = [.. values],
            Trigger = trigger, Token = 0,
        }));
        Book(at);
    }

    private void Book(TimeSpan at)
    {
        if (random.Next(6) == 0)
        {
            Store.Restart();
        }

        var outcome = Store.Apply(ReceiptRules.Book(Store.State, At(at), PaperIntervals.Of(Store), waiting));
        foreach (var closed in outcome.Closed)
        {
            Closed.Add(closed.Id, closed.Status);
            waiting.RemoveAll(r => r.Id == closed.Id);
        }
    }

    private DecisionContext At(TimeSpan at) => new(Start + at, new SessionOptions(), TimeZoneInfo.Utc, Prices);
}

/// <summary>The closed intervals of a ledger on paper.</summary>
internal static class PaperIntervals
{
    public static List<PostedInterval> Of(PaperStore store)
    {
        var gone = store.Entries.Where(e => e.Reverses is not null).Select(e => e.Reverses!.Value).ToHashSet();
        var live = store.Entries.Where(e => e.Reverses is null && !gone.Contains(e.Seq)).ToLookup(e => e.Interval);
        var intervals = new List<PostedInterval>();
        ReadingRecord? before = null;
        foreach (var border in store.Readings.Where(r => r.Status == ReadingStatus.Border).OrderBy(r => r.Seq))
        {
            if (before?.Epoch == border.Epoch)
            {
                var set = store.Epochs.Single(e => e.Epoch == border.Epoch).Set;
                intervals.Add(new PostedInterval(border.Epoch, border.Seq, before.At, before.ConfirmedAt, border.At, set, before.Values, [.. live[border.Seq]]));
            }

            before = border;
        }

        return intervals;
    }
}
