using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Data;

[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class LedgerClockTests(Db db) : JournalFixture(db)
{
    private static readonly DateTimeOffset s_noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public void A_clock_that_is_set_back_lets_the_ledger_go_on_a_little_slower_until_both_meet()
    {
        var machine = new MachineClock { Now = s_noon };
        var ledger = new LedgerClock(machine);
        Assert.That(ledger.GetUtcNow(), Is.EqualTo(s_noon));

        machine.Now = s_noon.AddHours(-3);
        Assert.That(ledger.GetUtcNow(), Is.EqualTo(s_noon), "it never goes back");
        machine.Now = machine.Now.AddHours(1);
        Assert.That(ledger.GetUtcNow(), Is.EqualTo(s_noon.AddMinutes(54)), "nine tenths of what passed");
        machine.Now = machine.Now.AddHours(-1);
        Assert.That(ledger.GetUtcNow(), Is.EqualTo(s_noon.AddMinutes(54)), "set back once more");
        machine.Now = s_noon.AddHours(5);
        Assert.That(ledger.GetUtcNow(), Is.EqualTo(machine.Now), "put forward: both are one again");
        machine.Now = machine.Now.AddSeconds(1);
        Assert.That(ledger.GetUtcNow(), Is.EqualTo(machine.Now));
    }

    [Test]
    public void Both_meet_by_themselves()
    {
        var machine = new MachineClock { Now = s_noon };
        var ledger = new LedgerClock(machine);
        Assert.That(ledger.NotBefore(s_noon.AddHours(2)), Is.EqualTo(TimeSpan.FromHours(2)));
        var before = ledger.GetUtcNow();
        for (var minutes = 0; minutes < 20 * 60; minutes++)
        {
            machine.Now = machine.Now.AddMinutes(1);
            var now = ledger.GetUtcNow();
            Assert.That(now, Is.GreaterThan(before));
            before = now;
        }

        Assert.That(before, Is.EqualTo(machine.Now).Within(TimeSpan.FromSeconds(1)));
        machine.Now = machine.Now.AddMinutes(1);
        Assert.That(ledger.GetUtcNow(), Is.EqualTo(machine.Now).Within(TimeSpan.FromSeconds(1)));
        Assert.That(ledger.NotBefore(s_noon), Is.LessThan(TimeSpan.FromSeconds(1)));
    }

    [Test]
    public async Task After_a_start_it_goes_on_from_the_latest_moment_that_a_device_knows()
    {
        var device = await Database.AddDeviceAsync(Ids);
        var other = await Database.AddDeviceAsync(Ids);
        var ended = s_noon.AddHours(1.5).AddMilliseconds(250);
        await Journal.ApplyAsync(
            device, s => (new DeviceChange { State = s with { Last = new Border(1, s_noon, s_noon, s_noon.AddHours(1), 1, null, null, []), Settling = Session(device, ended) } }, 0), default);
        await Journal.ApplyAsync(other, s => (new DeviceChange { State = s with { Fingerprint = "a" } }, 0), default);

        var machine = new MachineClock { Now = s_noon };
        var ledger = new LedgerClock(machine);
        Assert.That(await ledger.ResumeAsync(Database, default), Is.EqualTo(TimeSpan.FromHours(1.5) + TimeSpan.FromMilliseconds(250)));
        Assert.That(ledger.GetUtcNow(), Is.EqualTo(ended));

        machine.Now = s_noon.AddDays(1);
        Assert.That(await new LedgerClock(machine).ResumeAsync(Database, default), Is.EqualTo(TimeSpan.Zero));
    }

    private static LiveSession Session(long device, DateTimeOffset ended) => new()
    {
        Record = TestRows.Session(1, device, SessionState.Settling, personId: 1) with { EndedAt = ended },
    };

    private sealed class MachineClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
