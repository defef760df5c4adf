using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Mail;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Server.Alerts;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Alerts;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Schedules;
using CopyTrack.Server.Tests.Data;
using CopyTrack.Server.Tests.Fleet;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Alerts;

/// <summary>A fleet with devices whose state tests set, a clock of its own, and as many nodes as a test likes.</summary>
internal abstract class AlertFixture(Db db) : FleetFixture(db)
{
    private int _devices;

    protected MovedClock Clock { get; } = new(new DateTimeOffset(2026, 3, 3, 12, 0, 0, TimeSpan.Zero));

    protected AlertRepository Alerts { get; private set; } = null!;

    protected AlertRules Rules { get; private set; } = null!;

    protected InventoryRepository Inventories { get; private set; } = null!;

    protected static FleetScope Whole { get; } = new(1);

    /// <summary>The mail server of the nodes; null for none.</summary>
    protected SmtpSettings? MailServer { get; set; }

    [OneTimeSetUp]
    public void Prepare()
    {
        var audit = new AuditLog(Database, Ids, Clock);
        Alerts = new AlertRepository(Database, audit, Clock);
        Rules = new AlertRules(Alerts, Fleet, Devices, new DeviceRepository(Database, DataServices.Outbox(Database, Clock, NullLogger.Instance), audit, Clock), Ids, Clock);
        Inventories = new InventoryRepository(Database, Ids);
    }

    [SetUp]
    public Task ForgetAsync() => Database.WriteAsync(
        (c, _) => c.ExecuteAsync("""
            delete from alert_telling; delete from alert_mail; delete from alert; delete from alert_rule; delete from alert_event;
            update device set deleted_at = 1 where deleted_at is null; update fleet_agent set revoked_at = 1 where revoked_at is null;
            update alert_sweep set claim_owner = null, after_device = 0, seen_at = 0, settled = (select coalesce(max(id), 0) from outbox), seen = (select coalesce(max(id), 0) from outbox);
            """), default);

    /// <summary>A node: what remembers nothing but what stands in the database.</summary>
    protected TestNode Node(string name = "n1", int page = 2)
    {
        var options = new ReportOptions { Mail = new MailOptions { Server = MailServer, From = Mailbox.TryParse("copytrack@site.test"), Link = "https://copytrack.test" }, TimeZone = TimeZoneInfo.Utc };
        var data = new DataOptions { Node = name };
        var sweep = new AlertSweep(Database, Ids, data);
        var mailer = new AlertMailer(new AlertMails(Database, data, Clock), EnglishWords.Instance, options, Clock, NullLogger<AlertMailer>.Instance);
        var news = new FleetNews(new FleetTurns(Database), new FleetOptions(), options, Clock);
        return new TestNode(
            sweep, mailer, news,
            new AlertRounds(sweep, Alerts, mailer, news, new SupplyForecasts(Inventories), new AlertOptions { PageSize = page }, options, Clock, NullLogger<AlertRounds>.Instance));
    }

    /// <summary>A rule of the organisation, told to <c>boss@box.test</c> unless said otherwise.</summary>
    protected async Task<AlertRuleRow> RuleAsync(AlertRuleInput input, FleetScope? scope = null)
    {
        var (rule, fault) = await Rules.AddAsync(scope ?? Whole, input with { Name = input.Name ?? "rule", Recipients = input.Recipients ?? ["boss@box.test"] }, "test", default);
        Assert.That(fault, Is.Null);
        return rule!;
    }

    /// <summary>A device that an agent of the site meters and that was read a moment ago.</summary>
    protected async Task<TestDevice> DeviceAsync(string site = "acme north")
    {
        var agent = await AgentAsync(site);
        var number = Interlocked.Increment(ref _devices);
        var link = await Devices.LinkAsync((await Fleet.GetAsync(agent.Id, default))!, new NewFleetDevice("k", $"S{number}", "Printer", null, null), 5000, default);
        var device = new TestDevice(link!.DeviceId, agent.Id, $"Printer S{number}");
        await ReadAsync(device, Clock.Now);
        return device;
    }

    protected Task ReadAsync(TestDevice device, DateTimeOffset at) => Database.WriteAsync(
        (c, _) => c.ExecuteAsync("update fleet_device set reading_at = @at, silent_since = null, silent_reason = null where device_id = @Id; update fleet_agent set last_new_at = @at where id = @Agent", new { at = at.ToMicros(), device.Id, device.Agent }), default);

    protected Task SilentAsync(TestDevice device, DateTimeOffset since) => Database.WriteAsync(
        (c, _) => c.ExecuteAsync("update fleet_device set silent_since = @since, silent_reason = 'no answer' where device_id = @Id", new { since = since.ToMicros(), device.Id }), default);

    /// <summary>What the device says of itself now.</summary>
    protected async Task SaysAsync(TestDevice device, int? toner = null, string? error = null, int? paper = null)
    {
        ProbeReport report = new()
        {
            Identity = new DeviceIdentity("Acme", "Print 1", device.Name, null, null, null, null, null, null),
            Status = new DeviceStatus(error is null ? "running" : "down", "other", error is null ? [] : [error], error is null ? "ready" : "stopped"),
            Supplies = toner is null ? [] : [new Supply("1.1", "Black toner", "toner", "black", null, "exact", null, null, toner)],
            Trays = paper is null ? [] : [new Tray("1.1", "Tray 1", "A4", paper, "exact", 500, "sheets", null)],
        };
        var before = await Inventories.FindAsync(device.Id, default);
        await Inventories.StoreAsync(
            device.Id, new InventoryRow { ReadAt = Clock.Now, Report = report.ToJson() }, before?.ReadAt, [], [], SupplyTrend.News(ProbeReport.TryParse(before?.Report), before?.ReadAt, report, Clock.Now), default);
    }

    /// <summary>An alarm of a device in the outbox.</summary>
    protected Task AlarmAsync(TestDevice device, string kind, int pages = 0) => DataServices.Outbox(Database, Clock, NullLogger.Instance).PublishAsync(
        "alert", device.Id, pages == 0 ? $$"""{"kind":"{{kind}}"}""" : $$"""{"kind":"{{kind}}","impressions":"{{pages}}"}""", default);

    protected Task<IReadOnlyList<AlertRow>> AllAsync(FleetScope? scope = null) => Alerts.ListAsync(scope ?? Whole, new AlertQuestion(), long.MaxValue, 100, default);

    protected Task<long> TellingsAsync(int? what = null) => Database.CountAsync("select count(*) from alert_telling where cast(@what as bigint) is null or what = @what", new { what = (long?)what });

    protected sealed record TestDevice(long Id, long Agent, string Name);

    protected sealed record TestNode(AlertSweep Sweep, AlertMailer Mailer, FleetNews News, AlertRounds Rounds)
    {
        public Task<int> LookAsync() => Rounds.RoundAsync(default);
    }

    protected sealed class MovedClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
