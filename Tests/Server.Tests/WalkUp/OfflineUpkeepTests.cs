using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Tests.Data;
using CopyTrack.Server.WalkUp;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.WalkUp;

[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class OfflineUpkeepTests(Db db) : JournalFixture(db)
{
    [Test]
    public async Task Pages_that_nobody_claimed_in_the_allowed_hours_and_a_day_become_panel_bypass()
    {
        var time = new SetTime { Now = TestRows.Now };
        var device = await Database.AddDeviceAsync(Ids);
        var offline = new OfflineTerminals();
        offline.Left(device, "t1");
        var contexts = new DecisionContexts(time, new SessionOptions(), new SiteSettings(TimeZoneInfo.Utc, PriceList.Free), offline, "n");
        await ReadAsync(contexts, device, 0, 100);
        await ReadAsync(contexts, device, 60, 107);
        Assert.That(await SumAsync(device, Cause.TerminalOffline), Is.EqualTo(7));
        using var upkeep = new OfflineUpkeep(
            new OfflineRepository(Database), Journal, contexts, new TerminalPolicy { OfflineHours = 8 }, null!, time, NullLogger<OfflineUpkeep>.Instance);
        time.Now = TestRows.Now.AddHours(32);
        await upkeep.RunAsync(default);
        Assert.That((await SumAsync(device, Cause.TerminalOffline), await SumAsync(device, Cause.PanelBypass)), Is.EqualTo((7L, 0L)), "a minute before its time");
        time.Now = time.Now.AddMinutes(1);
        await upkeep.RunAsync(default);
        await upkeep.RunAsync(default);
        Assert.That((await SumAsync(device, Cause.TerminalOffline), await SumAsync(device, Cause.PanelBypass)), Is.EqualTo((0L, 7L)));
        Assert.That(await Database.CountAsync("select count(*) from entry where device_id = @device", new { device }), Is.EqualTo(3));
        Assert.That(await Database.CountAsync("select count(*) from outbox where topic = 'alert' and device_id = @device", new { device }), Is.EqualTo(1));
        Assert.That(await Database.CountAsync("select sum(impressions) from usage_day where device_id = @device and cause = 3", new { device }), Is.EqualTo(7));
    }

    private Task<long> SumAsync(long device, Cause cause) =>
        Database.CountAsync("select coalesce(sum(delta), 0) from entry where device_id = @device and cause = @cause", new { device, cause = (int)cause });

    private async Task ReadAsync(DecisionContexts contexts, long device, int second, long pages)
    {
        var at = TestRows.Now.AddSeconds(second);
        await Journal.ApplyAsync(device, s => WalkUpRules.Reading(s, contexts.For(device), new MeterReading
        {
            SentAt = at, At = at, UpTime = 1000 + (second * 100), Idle = true, PagesPerMinute = 30, Set = TestRows.Counters, Values = [pages], Trigger = ReadingTrigger.Idle, Token = 0,
        }), default);
    }

    private sealed class SetTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
