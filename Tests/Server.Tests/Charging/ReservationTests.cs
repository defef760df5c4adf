using CopyTrack.Accounting.Charging;
using CopyTrack.Accounting.Receipts;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Charging;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Tests.Api;
using CopyTrack.Server.Tests.Data;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Charging;

/// <summary>Alice (department Sales, project p1) has spent 0.38 ever.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class ReservationTests(Db db) : SiteFixture(db)
{
    private static readonly DateOnly s_today = new(2026, 3, 31);

    private Reservations Reservations => Services.GetRequiredService<Reservations>();

    [TearDown]
    public async Task NoLimitsAsync()
    {
        await Database.WriteAsync((c, _) => c.ExecuteAsync("delete from quota_hold"), default);
        await Database.WriteAsync((c, _) => c.ExecuteAsync("delete from quota"), default);
    }

    [Test]
    public async Task Many_devices_at_once_never_set_aside_more_than_is_left()
    {
        await LimitAsync("user/alice", 2.38m);
        await LimitAsync("department/Sales", 50m);
        Hold[] holds = await Task.WhenAll(Enumerable.Range(0, 12).Select(n => Reservations.JobAsync(Hall, $"job {n}", Alice, null, 300_000, s_today, default)));
        Assert.That(holds.Where(h => h.IsGood).Sum(h => h.Ceiling), Is.EqualTo(2_000_000));
        Assert.That(holds.Count(h => !h.IsGood), Is.EqualTo(12 - 7));
        Assert.That(await HeldAsync(), Is.EqualTo(2_000_000 * 2), "under both limits");

        await Task.WhenAll(Enumerable.Range(0, 12).Select(n => Reservations.JobAsync(Hall, $"job {n}", Alice, null, 300_000, s_today, default)));
        Assert.That(await HeldAsync(), Is.EqualTo(2_000_000 * 2), "the same jobs again take nothing more");
    }

    [Test]
    public async Task Sessions_at_two_devices_share_what_is_left_step_by_step_and_spend_no_more()
    {
        await LimitAsync("user/alice", 1.38m);
        long[] spent = [0, 0];
        for (int round = 0; round < 200; round++)
        {
            int which = round % 2;
            SpendingSession session = new(900 + which, which == 0 ? Hall : Attic, Alice, null, spent[which]);
            Hold hold = await Reservations.StepAsync(session, s_today, default);
            if (!hold.IsGood)
            {
                break;
            }

            // Each spends all that it may, as its entries and the hold say in one transaction.
            long part = hold.Ceiling!.Value - spent[which];
            spent[which] += part;
            await SpendAsync(session.DeviceId, session.SessionId, spent[which], part, ended: false);
        }

        Assert.That(spent.Sum(), Is.EqualTo(1_000_000));
        Assert.That(spent, Has.All.Positive);
        await SpendAsync(Hall, 900, 0, -1_000_000, ended: true);
    }

    [Test]
    public async Task What_is_held_goes_with_the_session_with_the_jobs_receipt_and_with_time()
    {
        await LimitAsync("user/alice", 10.38m);
        await Reservations.StepAsync(new SpendingSession(901, Hall, Alice, null, 0), s_today, default);
        await Reservations.JobAsync(Hall, "7", Alice, null, 1_000_000, s_today, default);
        await Reservations.JobAsync(Hall, "8", Alice, null, 500_000, s_today, default);
        Assert.That(await HeldAsync(), Is.EqualTo(2_000_000 + 1_500_000));
        await SpendAsync(Hall, 901, 600_000, 0, ended: false);
        Assert.That(await HeldAsync(), Is.EqualTo(1_400_000 + 1_500_000));
        await SpendAsync(Hall, 901, 600_000, 0, ended: true);
        Assert.That(await HeldAsync(), Is.EqualTo(1_500_000));
        await ApplyAsync(Hall, new DeviceChange { Receipts = [new BookedReceipt(1, ReceiptStatus.Booked, DateTimeOffset.UnixEpoch, ReceiptOwner.None, false, null) { JobId = "7" }] });
        Assert.That(await HeldAsync(), Is.EqualTo(500_000));

        QuotaHoldRepository holds = Services.GetRequiredService<QuotaHoldRepository>();
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        await Reservations.StepAsync(new SpendingSession(902, Hall, Alice, null, 0), s_today, default);
        Assert.That(await holds.SweepAsync(now, now.AddMinutes(-1), default), Is.Zero, "a session may be about to open");
        Assert.That(await holds.SweepAsync(now.AddMinutes(5), now.AddMinutes(4), default), Is.EqualTo(1), "it never did");
        Assert.That(await holds.SweepAsync(now.AddHours(2), now, default), Is.EqualTo(1), "the job's time is over");
        Assert.That(await HeldAsync(), Is.Zero);
    }

    [Test]
    public async Task A_project_without_money_changes_nothing_and_another_takes_the_place_of_the_first()
    {
        await LimitAsync("user/alice", 10.38m);
        await LimitAsync("project/p1", 0.38m);
        SpendingSession session = new(903, Hall, Alice, null, 0);
        Assert.That((await Reservations.StepAsync(session, s_today, default)).Ceiling, Is.EqualTo(2_000_000));
        Assert.That((await Reservations.StepAsync(session with { ProjectId = Project }, s_today, default)).IsGood, Is.False);
        Assert.That(await HeldAsync(), Is.EqualTo(2_000_000));
        await LimitAsync("project/p1", 0.88m);
        Hold hold = await Reservations.StepAsync(session with { ProjectId = Project }, s_today, default);
        Assert.That(hold.Left, Is.EqualTo(500_000), "the tightest of both");
        Assert.That(await HeldAsync(), Is.EqualTo(2 * hold.Ceiling), "what was promised before is not more than the tightest");
        await Reservations.StepAsync(session, s_today, default);
        Assert.That(await Database.ReadAsync((c, _) => c.ExecuteScalarAsync<long>("select count(*) from quota_hold"), default), Is.EqualTo(1), "the project was left");
    }

    [Test]
    public async Task The_next_login_sees_what_others_hold()
    {
        await Database.WriteAsync((c, _) => c.ExecuteAsync(
            "insert into card (id, org_id, key_id, hash, person_id, added_by, added_at) values (78, 1, 'k', @hash, @Alice, 't', 0)", new { hash = new byte[] { 3, 4 }, Alice }), default);
        await LimitAsync("user/alice", 1.38m);
        await Reservations.JobAsync(Hall, "9", Alice, null, 1_000_000, s_today, default);
        ILoginLookup lookup = DataServices.Lookup(Database);
        await using IAsyncDisposable closing = (IAsyncDisposable)lookup;
        LoginAnswer answer = await lookup.AskAsync(new LoginQuestion(1, "t", Hall, null, [new Identity.Secrets.KeyedHash("k", new byte[] { 3, 4 })], []) { Today = s_today }, default);
        Assert.That(answer.Person!.Limits.Single().Held, Is.EqualTo(1_000_000));
        Assert.That(CreditRules.Of(answer.Person.Limits).MayCopy, Is.False);
    }

    private Task LimitAsync(string whom, decimal hard) => CallAsync(HttpMethod.Put, $"/api/v1/quotas/{whom}", new { period = "ever", hard });

    private Task<long> HeldAsync() => Database.ReadAsync((c, _) => c.ExecuteScalarAsync<long>("select coalesce(sum(granted_micros - spent_micros), 0) from quota_hold where granted_micros > spent_micros"), default);

    private Task SpendAsync(long device, long session, long spent, long cost, bool ended) => ApplyAsync(device, new DeviceChange
    {
        Spending = [new SessionSpending(session, spent, ended)],
        Usage = cost == 0 ? [] : [new Accounting.Ledger.UsageRecord(new DateOnly(2026, 3, 30), device, Alice, null, Accounting.Meters.PageFunction.Copy, Accounting.Ledger.Cause.None, 0, new Accounting.Ledger.PageCounts { CostMicros = cost })],
    });

    private Task ApplyAsync(long device, DeviceChange change) => Journal.ApplyAsync(device, s => (change with { State = s with { Version = s.Version + 1 } }, 0), default);
}
