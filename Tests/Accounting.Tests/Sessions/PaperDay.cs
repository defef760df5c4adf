using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;

namespace CopyTrack.Accounting.Tests.Sessions;

/// <summary>
/// One device for a while, made from a seed: people, jobs and faults on one side, a loop that reads and decides as the server does on the
/// other. Kind means that every walk-up page can be told apart by an honest reader; rough days have board swaps, impatient people and long silences.
/// </summary>
public sealed class PaperDay
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);
    private readonly Random random;
    private readonly PaperModel model;
    private readonly bool rough;
    private readonly List<(TimeSpan Arrives, MeterReading Reading)> underway = [];
    private TimeSpan now;
    private TimeSpan nextRead;
    private TimeSpan downUntil;
    private TimeSpan offUntil;
    private TimeSpan nextDeed = TimeSpan.FromSeconds(30);
    private TimeSpan leaves;
    private TimeSpan nextJob;
    private TimeSpan settledAt;
    private int failed;
    private long session = 100;
    private long token = 1;
    private long person;

    public PaperDay(int seed, bool rough, Func<DeviceChange, DeviceChange>? seam = null)
    {
        random = new Random(seed);
        this.rough = rough;
        var nearWrap = random.Next(3) == 0;
        model = PaperModel.All(nearWrap && !rough ? 40_000 : 1L << 31)[random.Next(4)];
        Engine = new PaperEngine(model, random, TimeSpan.FromMilliseconds(random.Next(2) * 1700), nearWrap && !rough);
        Store = new PaperStore { Seam = seam };
        Store.Claim(token);
    }

    public PaperEngine Engine { get; }
    public PaperStore Store { get; }
    public PaperModel Model => model;
    public int Bypassed { get; private set; }
    public PriceList Prices { get; } = new("EUR", 10, 70, 5, 1, 2);
    public SessionOptions Options { get; } = new();

    private DecisionContext Context => new(Start + now, Options, TimeZoneInfo.Utc, Prices);

    public PaperDay Run(TimeSpan length)
    {
        for (; now < length; now += Step)
        {
            if (now < length - TimeSpan.FromMinutes(rough ? 10 : 4) && now >= nextDeed)
            {
                Deed();
            }

            if (person != 0)
            {
                AtPanel();
            }

            Server();
        }

        return this;
    }

    private void Deed()
    {
        nextDeed = now + TimeSpan.FromSeconds(random.Next(1, 40));
        var open = Store.State.Open;
        var apart = rough || (open is null && Store.State.Settling is null && now - settledAt > TimeSpan.FromSeconds(8));
        switch (random.Next(rough ? 14 : 11))
        {
            case 0 or 1 or 2 or 3 when now >= downUntil && (open is null ? rough || Store.State.Settling is null : rough):
                Login(random.Next(1, 5));
                break;
            case 4 or 5 when Engine.FreeAt <= now:
                Job(Work.Print, null);
                break;
            case 6 when apart && open is null && Engine.FreeAt <= now:
                Bypassed += Job(Work.Copy, null);
                nextDeed = now + TimeSpan.FromSeconds(75);
                break;
            case 7 when apart && Engine.FreeAt <= now:
                Engine.Run(now, 1, Work.Service, false, false, false, null, TimeSpan.FromSeconds(2));
                nextDeed = now + TimeSpan.FromSeconds(75);
                break;
            case 8 when apart && Engine.FreeAt < now - TimeSpan.FromSeconds(5):
                Engine.PowerCycle(now);
                offUntil = now + TimeSpan.FromSeconds(rough ? 40 : 5);
                break;
            case 9:
                Store.Restart();
                underway.Clear();
                downUntil = now + TimeSpan.FromSeconds(random.Next(rough ? 300 : 12));
                break;
            case 10 when open is not null:
                Store.Apply(WalkUpRules.Terminal(Store.State, Context, open.Record.TerminalId, connected: open.TerminalLostAt is not null));
                break;
            case 11 when Engine.FreeAt < now:
                Engine.SwapBoard(now, random.Next(2) == 0);
                break;
            case 12:
                Store.Claim(++token);
                break;
            case 13:
                offUntil = now + TimeSpan.FromSeconds(random.Next(300));
                break;
            default:
                break;
        }
    }

    private int Job(Work work, long? by)
    {
        var count = random.Next(1, 7);
        Engine.Run(now, count, work, random.Next(2) == 0, random.Next(4) == 0, random.Next(2) == 0, by, TimeSpan.FromMilliseconds(random.Next(400, 2500)));
        return work == Work.Scan ? 0 : count;
    }

    private void Login(long who)
    {
        var outcome = Store.Apply(WalkUpRules.Login(Store.State, Context, new LoginGrant(++session, "T1", who, "card", "copy", random.Next(4) == 0)));
        switch (outcome)
        {
            case LoginOutcome.Opened:
                person = who;
                leaves = now + TimeSpan.FromSeconds(random.Next(1, 90));
                nextJob = now + TimeSpan.FromSeconds(random.Next(2, 20));
                nextRead = now;
                break;
            case LoginOutcome.LoggedOut:
                person = 0;
                nextRead = now;
                break;
            default:
                break;
        }
    }

    private void AtPanel()
    {
        if (Store.State.Open is not { } open)
        {
            person = 0;
            return;
        }

        if (open.Started && open.Record.State == SessionState.AwaitingProject)
        {
            Store.Apply(WalkUpRules.Project(Store.State, Context, open.Record.Id, 9));
        }
        else if (open.Started && now >= nextJob && Engine.FreeAt <= now && (rough || now >= offUntil))
        {
            Job(random.Next(4) == 0 && model.Name != "total only" ? Work.Scan : Work.Copy, person);
            nextJob = now + TimeSpan.FromSeconds(random.Next(1, 40));
        }

        if (now >= leaves && now >= downUntil && (rough || Engine.FreeAt <= now + TimeSpan.FromSeconds(6)))
        {
            Store.Apply(WalkUpRules.End(Store.State, Context, null, EndReason.User));
            person = 0;
            nextRead = now;
        }
    }

    private void Server()
    {
        if (now < downUntil)
        {
            return;
        }

        while (underway.FindIndex(u => u.Arrives <= now) is var i and >= 0)
        {
            var reading = underway[i].Reading;
            underway.RemoveAt(i);
            Take(reading);
        }

        Store.Apply(WalkUpRules.Tick(Store.State, Context));
        var state = Store.State;
        if (state.Open is { Started: false } waiting)
        {
            var age = Start + now - waiting.Record.OpenedAt;
            if (age >= (state.Settling is null ? Options.StartReading : Options.Handover + Options.StartReading))
            {
                Store.Apply(WalkUpRules.StartWithoutReading(state, Context));
            }
        }

        if (now >= nextRead)
        {
            Read();
            state = Store.State;
            nextRead = now + (failed > 0 ? TimeSpan.FromSeconds(1) : state.Settling is not null || state.Open is { Started: false } ? TimeSpan.FromSeconds(1) : state.Open is not null ? Options.Watch : Options.IdlePoll);
        }
    }

    private void Take(MeterReading reading)
    {
        failed = 0;
        var handover = Store.State is { Settling: not null, Open: { } open } && Start + now - open.Record.OpenedAt >= Options.Handover;
        if (WalkUpRules.SaysNothing(Store.State, Context, reading, handover))
        {
            // As the server does: what says nothing is not kept, and the day must come out right all the same.
            return;
        }

        var outcome = Store.Apply(WalkUpRules.Reading(Store.State, Context, reading, handover));
        if (outcome.Settled is not null)
        {
            settledAt = now;
        }

        if (outcome.Verdict == ReadingVerdict.Unconfirmed)
        {
            nextRead = now + TimeSpan.FromSeconds(1);
        }
        else if (outcome is { Started: true })
        {
            nextRead = now + Options.Watch;
        }
    }

    private void Read()
    {
        var fault = random.Next(40);
        if (now < offUntil || fault == 0)
        {
            if (++failed == 3)
            {
                Store.Apply(WalkUpRules.Unreachable(Store.State, Context, Start + now));
            }

            return;
        }

        // No read is atomic: each counter is asked a little later than the one before it.
        var spread = TimeSpan.FromMilliseconds(random.Next(1, 300));
        var values = Engine.Show(i => now + (spread * i / model.Set.Counters.Length));
        if (fault is 1 or 2 && values.Length > 2 && Store.State.Last is not null)
        {
            values = values.SetItem(random.Next(values.Length), null);
        }

        var arrives = now + spread + TimeSpan.FromMilliseconds(fault is 3 or 4 ? random.Next(1000, 8000) : random.Next(20, 150));
        underway.Add((arrives, new MeterReading
        {
            SentAt = Start + now, At = Start + arrives, UpTime = (long)(now - Engine.Booted).TotalMilliseconds / 10, Idle = Engine.Idle(now),
            PagesPerMinute = 150, Serial = random.Next(3) == 0 ? null : Engine.Serial, Set = model.Set, Values = values,
            Trigger = ReadingTrigger.Watch, Token = fault == 5 ? token - 1 : token,
        }));
    }
}
