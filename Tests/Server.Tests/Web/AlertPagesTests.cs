using System.Globalization;
using System.Net;
using System.Text.Json;
using CopyTrack.Accounting.Alerts;
using CopyTrack.Server.Data.Alerts;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Tests.Data;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

/// <summary>Alerts and rules on pages and by REST: each sees theirs, and forged ids are of nothing.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class AlertPagesTests(Db db) : WebFixture(db)
{
    private static readonly string[] s_all = ["acme", "globex", "initech"];

    private readonly Dictionary<string, long> _alerts = [];

    [OneTimeSetUp]
    public async Task FleetAsync()
    {
        FleetRepository fleet = Services.GetRequiredService<FleetRepository>();
        foreach ((string name, string kind, string? parent) in new[] { ("north", "dealer", null), ("south", "dealer", null), ("acme", "customer", "north"), ("globex", "customer", "north"), ("initech", "customer", "south") })
        {
            await fleet.PutNodeAsync(1, name, kind, parent, "test", default);
        }

        for (int i = 0; i < s_all.Length; i++)
        {
            string customer = s_all[i];
            (FleetNodeRow? site, _) = await fleet.PutNodeAsync(1, customer + " site", "site", customer, "test", default);
            (long? id, _) = await fleet.PutCodeAsync(1, customer + " agent", customer + " site", [(byte)customer[0], .. new byte[31]], DateTimeOffset.MaxValue, "test", false, default);
            FleetLinkRow link = (await Services.GetRequiredService<FleetDevices>().LinkAsync((await fleet.GetAsync(id!.Value, default))!, new NewFleetDevice("k", customer + "1", "Printer", null, null), 5000, default))!;
            _alerts[customer] = 7000 + i;
            await Database.WriteAsync(
                (c, _) => c.ExecuteAsync(
                    """
                    insert into alert (id, org_id, rule_id, rule_name, kind, severity, thing, device_id, node_id, site, subject, detail, state, since, seen_at, raised_at, told)
                    values (@id, 1, 1, 'the house''s rule', 0, 2, @thing, @device, @node, @site, @subject, '{"name":"Black","percent":4}', 1, 1, 1, 2, 0)
                    """,
                    new { id = _alerts[customer], thing = $"device:{link.DeviceId}/supply/1.1", device = link.DeviceId, node = site!.Id, site = site.Name, subject = $"Printer {customer}1" }), default);
        }
    }

    [TestCase("north dealer", "acme globex")]
    [TestCase("acme people", "acme")]
    [TestCase("lost people", "")]
    public async Task Each_sees_and_notes_theirs(string group, string seen)
    {
        using Browser browser = await PersonAsync($"looker{seen.Length}", group);
        Shown page = await browser.GetAsync("/Alerts");
        Assert.That(page.Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(page.Text, Does.Not.Contain("the house"));
        foreach (string customer in s_all)
        {
            bool sees = seen.Split(' ').Contains(customer);
            Assert.That(page.Text.Contains($"Printer {customer}1", StringComparison.Ordinal), Is.EqualTo(sees), page.Text);
            Shown one = await browser.GetAsync(FormattableString.Invariant($"/Alert?id={_alerts[customer]}"));
            Assert.That(one.Status, Is.EqualTo(sees ? HttpStatusCode.OK : HttpStatusCode.NotFound));
            Assert.That(one.Text.Contains("Black has 4 % left.", StringComparison.Ordinal), Is.EqualTo(sees));
            foreach (string format in new[] { "csv", "json", "xlsx" })
            {
                Shown file = await browser.GetAsync($"/Fleet/alerts.{format}");
                Assert.That(file.Status, Is.EqualTo(group == "lost people" ? HttpStatusCode.NotFound : HttpStatusCode.OK), format);
                Assert.That(format != "xlsx" && file.Text.Contains($"Printer {customer}1", StringComparison.Ordinal), Is.EqualTo(sees && format != "xlsx"), format);
            }

            if (!sees)
            {
                Shown noted = await browser.PostAsync("/Alert", new() { ["id"] = _alerts[customer].ToString(CultureInfo.InvariantCulture), ["note"] = "mine" }, "Note", "/Account");
                Assert.That(noted.Status, Is.EqualTo(HttpStatusCode.NotFound), customer);
                Assert.That(await Database.CountAsync("select count(*) from alert where id = @id and noted_at is not null", new { id = _alerts[customer] }), Is.Zero);
            }
        }

        Assert.That((await browser.GetAsync("/Fleet/alerts.exe")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await browser.GetAsync("/Alerts?kind=%00&severity=x&site=" + new string('x', 3000) + "&from=never")).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Rules_of_one_customer_are_made_changed_and_deleted_by_them_and_unseen_by_others()
    {
        using Browser acme = await PersonAsync("ruler", "acme people");
        using Browser dealer = await PersonAsync("ruling dealer", "north dealer");
        Dictionary<string, string> form = new()
        {
            ["id"] = "0", ["form.Kind"] = "supplyLow", ["form.Name"] = "Toner <here>", ["form.Severity"] = "critical", ["form.Percent"] = "15", ["form.Recipients"] = "boss@acme.test, it@acme.test", ["form.Language"] = "de",
            ["form.QuietFrom"] = "20:00", ["form.QuietTo"] = "07:00", ["form.QuietDays"] = "Sunday", ["form.TellResolved"] = "true", ["form.Enabled"] = "true", ["form.Node"] = "globex",
        };
        Assert.That((await acme.PostAsync("/AlertRule", new(form))).Text, Does.Contain("there is no dealer, customer or site").And.Contain("value=\"Toner &lt;here&gt;\"").Or.Contain("value=\"Toner <here>\""));
        form["form.Node"] = "";
        Shown list = await acme.PostAsync("/AlertRule", new(form));
        Assert.That(list.Path, Is.EqualTo("/AlertRules"), list.Text);
        Assert.That(list.Text, Does.Contain("Toner").And.Contain("boss@acme.test, it@acme.test"));
        long id = await Database.CountAsync("select id from alert_rule where name = 'Toner <here>' and owner_node_id = (select id from fleet_node where name = 'acme') and quiet_days = 1 and quiet_from = 1200");
        Assert.That((await dealer.GetAsync("/AlertRules")).Text, Does.Contain("boss@acme.test"), "a dealer sees what belongs to their customers");
        using Browser other = await PersonAsync("other dealer", "fleet leads");
        string south = await TokenAsync("dealer", "dealer=south"), own = await TokenAsync("customer", "customer=acme");
        foreach (string path in new[] { $"/api/v1/fleet/alert-rules/{id}" })
        {
            Assert.That((await CallAsync(HttpMethod.Get, path, null, south)).Status, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That((await CallAsync(HttpMethod.Put, path, new { name = "mine" }, south)).Status, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That((await CallAsync(HttpMethod.Delete, path, null, south)).Status, Is.EqualTo(HttpStatusCode.NotFound));
            (HttpStatusCode status, JsonElement body) = await CallAsync(HttpMethod.Put, path, new { percent = 5, days = 3 }, own);
            Assert.That((status, body.ToString().Contains("\"days\":3", StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.OK, true)), body.ToString());
        }

        form["id"] = id.ToString(CultureInfo.InvariantCulture);
        form["form.Name"] = "Toner";
        form["form.Days"] = "";
        Assert.That((await acme.PostAsync("/AlertRule", new(form))).Path, Is.EqualTo("/AlertRules"));
        Assert.That(await Database.CountAsync("select count(*) from alert_rule where id = @id and name = 'Toner' and percent = 15 and days is null", new { id }), Is.EqualTo(1));
        Assert.That((await acme.PostAsync("/AlertRule", new() { ["id"] = "12345" }, "Delete")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await acme.PostAsync("/AlertRule", new() { ["id"] = form["id"] }, "Delete")).Path, Is.EqualTo("/AlertRules"));
        Assert.That(await Database.CountAsync("select count(*) from alert_rule where id = @id", new { id }), Is.Zero);
        Assert.That(await Database.CountAsync("select count(*) from audit_log where action in ('alert.rule.add', 'alert.rule.change', 'alert.rule.delete') and subject = @subject", new { subject = $"alertRule:{id}" }), Is.EqualTo(4));
    }

    [Test]
    public async Task Rest_gives_each_theirs_and_takes_a_note_once()
    {
        foreach ((string role, string? scope, string seen) in new[] { ("dealer", "dealer=south", "initech"), ("customer", "customer=globex", "globex"), ("customer", "site=globex site", "globex"), ("administrator", null, "acme globex initech") })
        {
            string token = await TokenAsync(role, scope);
            string[] subjects = [.. (await GetAsync("/api/v1/fleet/alerts?state=open&kind=supplyLow", token)).GetProperty("items").EnumerateArray().Select(i => i.GetProperty("subject").GetString()!.Split(' ')[1][..^1]).Order(StringComparer.Ordinal)];
            Assert.That(subjects, Is.SubsetOf(seen.Split(' ')), scope);
            foreach (string customer in s_all)
            {
                HttpStatusCode expected = seen.Split(' ').Contains(customer) ? HttpStatusCode.OK : HttpStatusCode.NotFound;
                Assert.That((await CallAsync(HttpMethod.Get, FormattableString.Invariant($"/api/v1/fleet/alerts/{_alerts[customer]}"), null, token)).Status, Is.EqualTo(expected));
                if (expected == HttpStatusCode.NotFound)
                {
                    Assert.That((await CallAsync(HttpMethod.Post, FormattableString.Invariant($"/api/v1/fleet/alerts/{_alerts[customer]}/note"), new { note = "x" }, token)).Status, Is.EqualTo(HttpStatusCode.NotFound));
                }
            }
        }

        string initech = await TokenAsync("customer", "customer=initech");
        string path = FormattableString.Invariant($"/api/v1/fleet/alerts/{_alerts["initech"]}/note");
        Assert.That((await CallAsync(HttpMethod.Post, path, new { note = new string('x', 501) }, initech)).Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        (HttpStatusCode taken, JsonElement noted) = await CallAsync(HttpMethod.Post, path, new { note = "toner is ordered" }, initech);
        Assert.That(taken, Is.EqualTo(HttpStatusCode.OK), noted.ToString());
        Assert.That((noted.GetProperty("note").GetString(), noted.GetProperty("rule").ValueKind), Is.EqualTo(("toner is ordered", JsonValueKind.Null)));
        Assert.That((await CallAsync(HttpMethod.Post, path, new { note = "again" }, initech)).Status, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(await Database.CountAsync("select count(*) from outbox where topic = 'alert.noted'"), Is.EqualTo(1));
        Assert.That(await Database.CountAsync("select count(*) from audit_log where action = 'alert.note' and subject = @subject", new { subject = FormattableString.Invariant($"alert:{_alerts["initech"]}") }), Is.EqualTo(1));
        Assert.That((await CallAsync(HttpMethod.Post, path.Replace("/note", "/send", StringComparison.Ordinal), null, initech)).Status, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That((await CallAsync(HttpMethod.Post, "/api/v1/fleet/alert-rules", new { name = "x", kind = "trayEmpty" }, await TokenAsync("monitor"))).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await CallAsync(HttpMethod.Post, "/api/v1/fleet/alert-rules", new { name = "x", kind = "trayEmpty", node = "acme" }, await TokenAsync("customer", "site=initech site"))).Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
    }

    [Test]
    public async Task Overview_shows_what_needs_a_person()
    {
        Assert.That((await Known.GetAsync("/")).Text, Does.Contain("Printer acme1").And.Contain("Black has 4 % left."));
        Shown german = await Known.GetAsync("/Alerts?state=open");
        Assert.That(german.Text, Does.Contain("the house").Or.Contain("Printer acme1"));
        Assert.That((await Known.GetAsync(FormattableString.Invariant($"/Alert?id={_alerts["acme"]}"))).Text, Does.Contain("the house"));
    }
}
