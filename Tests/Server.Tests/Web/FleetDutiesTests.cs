using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Tests.Data;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

/// <summary>What an administrator settles of the fleet by hand, on pages and by REST: offsets of meters, and links in doubt. Others look, as far as they see.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class FleetDutiesTests(Db db) : WebFixture(db)
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());

    private FleetAgentRow _agent = null!, _other = null!;

    [OneTimeSetUp]
    public async Task FleetAsync()
    {
        FleetRepository fleet = Services.GetRequiredService<FleetRepository>();
        foreach ((string name, string kind, string? parent) in new[] { ("acme", "customer", null), ("globex", "customer", null), ("acme site", "site", "acme"), ("acme yard", "site", "acme") })
        {
            Assert.That((await fleet.PutNodeAsync(1, name, kind, parent, "test", default)).Fault, Is.Null);
        }

        (_agent, _other) = (await AgentAsync("acme agent", "acme site", 1), await AgentAsync("yard agent", "acme yard", 2));

        async Task<FleetAgentRow> AgentAsync(string name, string site, byte code) =>
            (await fleet.GetAsync((await fleet.PutCodeAsync(1, name, site, [code, .. new byte[31]], DateTimeOffset.MaxValue, "test", false, default)).AgentId!.Value, default))!;
    }

    [Test]
    public async Task Offset_is_entered_on_the_devices_page_and_shown_to_whoever_sees_it()
    {
        string name = await DeviceAsync("O1", (20, 1000), (10, 40), (9.9, 41), (5, 60));
        using Browser browser = await SignedInAsync();
        Shown page = await browser.GetAsync("/FleetDevice?name=" + Uri.EscapeDataString(name));
        Assert.That(page.Text, Does.Contain("counters fell").And.Contain("Confirm these offsets").And.Contain("Enter an offset"));
        using Browser customer = await PersonAsync("billing", "acme people");
        Assert.That((await customer.GetAsync("/FleetDevice?name=" + Uri.EscapeDataString(name))).Text, Does.Contain("counters fell").And.Not.Contain("Confirm these offsets").And.Not.Contain("Enter an offset"));
        Assert.That((await customer.PostAsync("/FleetDevice", new() { ["name"] = name, ["epoch"] = "2", ["reason"] = "mine" }, "Offset", "/Account")).Status, Is.EqualTo(HttpStatusCode.Forbidden));

        Shown refused = await browser.PostAsync("/FleetDevice", new() { ["name"] = name, ["at"] = s_now.AddDays(-7).ToString("yyyy-MM-dd'T'HH:mm", null), ["reason"] = "sheet", ["pages"] = "many" }, "Offset", "/FleetDevice?name=" + Uri.EscapeDataString(name));
        Assert.That(refused.Text, Does.Contain("Not entered: an offset is a whole number"));
        Shown confirmed = await browser.PostAsync("/FleetDevice", new() { ["name"] = name, ["epoch"] = "2", ["reason"] = "Board swapped" }, "Offset", "/FleetDevice?name=" + Uri.EscapeDataString(name));
        Assert.That(confirmed.Text, Does.Contain("The offset counts from now on").And.Contain("confirmed").And.Contain("Board swapped").And.Not.Contain("Confirm these offsets"));
        Shown entered = await browser.PostAsync("/FleetDevice", new() { ["name"] = name, ["at"] = s_now.AddDays(-7).ToString("yyyy-MM-dd'T'HH:mm", null), ["reason"] = "By <the> sheet", ["pages"] = "7" }, "Offset", "/FleetDevice?name=" + Uri.EscapeDataString(name));
        Assert.That(entered.Text, Does.Contain("By <the> sheet"));
        Assert.That((await customer.GetAsync("/FleetDevice?name=" + Uri.EscapeDataString(name))).Text, Does.Contain("By <the> sheet").And.Contain("Entered offsets"));
        Assert.That(await Database.CountAsync("select count(*) from audit_log where action = 'device.offset' and actor like 'account:%'"), Is.EqualTo(2));

        string csv = (await browser.GetAsync(FormattableString.Invariant($"/Fleet/meter-reads.csv?from={s_now.AddDays(-15):yyyy-MM-dd}&to={s_now:yyyy-MM-dd}&q=O1"))).Text;
        Assert.That(csv.Split('\n')[1], Does.Contain("newEpoch").And.Contain("offset"));
        Shown list = await browser.GetAsync(FormattableString.Invariant($"/FleetList?name=meter-reads&from={s_now.AddDays(-15):yyyy-MM-dd}&to={s_now:yyyy-MM-dd}&q=O1"));
        Assert.That(list.Text, Does.Contain("an offset was entered"));
        Assert.That((await browser.GetAsync("/Audit")).Text, Does.Contain("offset of a meter entered"));
    }

    [Test]
    public async Task Offset_is_entered_by_REST_by_administrators_alone()
    {
        string name = await DeviceAsync("O2", (20, 1000), (5, 1060));
        string path = $"/api/v1/fleet/devices/{Uri.EscapeDataString(name)}/offsets", administrator = await TokenAsync(Roles.Administrator, null);
        var body = new { at = s_now.AddDays(-7), reason = "sheet", pages = 7, scans = 1 };
        foreach ((string role, string? scope) in new[] { (Roles.Dealer, (string?)null), (Roles.Customer, "customer=acme"), (Roles.Administrator, "customer=acme"), (Roles.Monitor, null) })
        {
            Assert.That((await CallAsync(HttpMethod.Post, path, body, await TokenAsync(role, scope))).Status, Is.EqualTo(HttpStatusCode.Forbidden), role);
        }

        Assert.That((await CallAsync(HttpMethod.Get, path, null, await TokenAsync(Roles.Customer, "customer=globex"))).Status, Is.EqualTo(HttpStatusCode.NotFound), "another's device");
        Assert.That((await CallAsync(HttpMethod.Post, path, new { reason = "sheet", pages = 7 }, administrator)).Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That((await CallAsync(HttpMethod.Post, path, new { epoch = 9, reason = "sheet" }, administrator)).Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That((await CallAsync(HttpMethod.Post, path, body, administrator)).Status, Is.EqualTo(HttpStatusCode.Created));
        JsonElement told = (await CallAsync(HttpMethod.Get, path, null, await TokenAsync(Roles.Customer, "customer=acme"))).Body;
        Assert.That(told.GetProperty("entered").EnumerateArray().Select(e => (e.GetProperty("counter").GetString(), e.GetProperty("offset").GetInt64(), e.GetProperty("counts").GetBoolean())), Is.EquivalentTo(new[] { ("pages", 7L, true), ("scans", 1L, true) }));
        JsonElement read = (await CallAsync(HttpMethod.Get, FormattableString.Invariant($"/api/v1/fleet/meter-reads?from={s_now.AddDays(-10):yyyy-MM-dd}&to={s_now:yyyy-MM-dd}&find=O2"), null, administrator)).Body.GetProperty("items")[0];
        Assert.That((read.GetProperty("delta").GetInt64(), read.GetProperty("lastOffset").GetInt64()), Is.EqualTo((67L, 7L)));
    }

    [Test]
    public async Task Link_in_doubt_is_listed_and_parted_on_its_page_and_by_REST()
    {
        FleetDevices devices = Services.GetRequiredService<FleetDevices>();
        foreach (FleetAgentRow agent in new[] { _agent, _other })
        {
            foreach (string serial in new[] { "P1", "P2" })
            {
                await devices.LinkAsync(agent, new NewFleetDevice("k-" + serial, serial, "Printer", null, null), 100, default);
            }
        }

        await Database.WriteAsync((c, _) => c.ExecuteAsync("update fleet_device set reading_at = @now where serial in ('P1', 'P2')", new { now = s_now }), default);
        using Browser browser = await SignedInAsync();
        Assert.That((await browser.GetAsync("/Fleet")).Text, Does.Contain("/FleetLinks"));
        Shown page = await browser.GetAsync("/FleetLinks");
        Assert.That(page.Text, Does.Contain("Printer P1").And.Contain("yard agent").And.Contain("told at two places at one time").And.Not.Contain(">acme agent<"));
        Shown parted = await browser.PostAsync("/FleetLinks", new() { ["agent"] = $"{_other.Id}", ["key"] = "k-P1" }, "Part", "/FleetLinks");
        Assert.That(parted.Text, Does.Contain("belongs to P1 from now on").And.Not.Contain("k-P1"));
        Assert.That((await browser.PostAsync("/FleetLinks", new() { ["agent"] = $"{_other.Id}", ["key"] = "nothing" }, "Part", "/FleetLinks")).Text, Does.Contain("There is no such link any more."));

        string administrator = await TokenAsync(Roles.Administrator, null);
        Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/fleet/links", null, await TokenAsync(Roles.Dealer, null))).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        JsonElement doubt = (await CallAsync(HttpMethod.Get, "/api/v1/fleet/links", null, administrator)).Body.GetProperty("items").EnumerateArray().Single();
        string path = $"/api/v1/fleet/agents/{Uri.EscapeDataString(doubt.GetProperty("agent").GetString()!)}/devices/{doubt.GetProperty("key").GetString()}/part";
        Assert.That((await CallAsync(HttpMethod.Post, path, new { }, await TokenAsync(Roles.Dealer, null))).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await CallAsync(HttpMethod.Post, path, new { }, administrator)).Body.GetProperty("device").GetString(), Is.EqualTo("P2"));
        Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/fleet/links", null, administrator)).Body.GetProperty("items").GetArrayLength(), Is.Zero);
        Assert.That((await browser.GetAsync("/FleetLinks")).Text, Does.Contain("No link is in doubt."));
        Assert.That(await Database.CountAsync("select count(*) from audit_log where action = 'fleet.link.part'"), Is.EqualTo(2));
    }

    /// <summary>A metered device of acme with readings so many days ago.</summary>
    private async Task<string> DeviceAsync(string serial, params (double DaysAgo, long Pages)[] readings)
    {
        FleetLinkRow link = (await Services.GetRequiredService<FleetDevices>().LinkAsync(_agent, new NewFleetDevice("k-" + serial, serial, "Printer", null, null), 100, default))!;
        BaseCounterSet set = new()
        {
            Profile = "test", ProfileVersion = 1,
            Counters = [new BaseCounter { Index = 0, Key = new CounterKey(PageFunction.Copy, PageColor.Any, PageSize.Any, PageSides.Any, CounterUnit.Impressions), Role = CounterRole.Part, Oids = ["1.3.1"] }],
        };
        foreach (((double days, long pages), int n) in readings.Select((r, n) => (r, n)))
        {
            DateTimeOffset at = s_now.AddDays(-days);
            MeterReading reading = new() { SentAt = at, At = at, UpTime = null, Serial = serial, Idle = true, Set = set, Values = [pages], Trigger = ReadingTrigger.Idle, Token = 0 };
            DecisionContext context = new(s_now, new SessionOptions(), TimeZoneInfo.Utc, new PriceList("EUR", 0, 0, 0, 0, 0)) { MeteredOnly = true };
            await Services.GetRequiredService<IDeviceJournal>().ApplyAsync(link.DeviceId, s => MeteredRules.Take(s, context, _agent.Id, 0, n + 1, reading), default);
        }

        return $"Printer {serial}";
    }
}
