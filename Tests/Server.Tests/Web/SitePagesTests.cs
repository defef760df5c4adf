using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Hosting;
using CopyTrack.Server.Tests.Data;
using CopyTrack.Server.Web.Site;
using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

/// <summary>Devices, terminals, projects, webhooks and settings as an administrator without script sees and changes them.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class SitePagesTests(Db db) : WebFixture(db)
{
    [OneTimeSetUp]
    public Task UseTheTerminalAsync() => Database.WriteAsync((c, _) => c.ExecuteAsync(
        """
        insert into access_log (id, at, terminal_id, device_id, person_id, method, outcome, card_suffix) values (11, 1, 't1', @Hall, @Alice, 'card', 'granted', 'A1');
        insert into project (id, org_id, code, code_folded, name, name_folded, created_at, updated_at) values (77, 1, 'K<b>', 'k<b>', 'Kunde "x"', 'kunde "x"', 0, 0)
        """, new { Hall, Alice }), default);

    [TestCase("/Devices", "hall")]
    [TestCase("/Devices?q=att", "attic")]
    [TestCase("/Devices/hall/Balance?from=2026-03-01&to=2026-04-30", "panel bypassed")]
    [TestCase("/Devices/hall/Balance?from=2026-03-01&to=2026-04-30", "Every page on the meters is explained.")]
    [TestCase("/Devices/hall/Balance?from=2026-03-01&to=2026-04-30&still=true", "nothing moved")]
    [TestCase("/Devices/hall/Balance?from=2026-03-01&to=2026-04-30&cause=PanelBypass&confidence=Estimated", "No reading matches.")]
    [TestCase("/Devices/hall/Balance?from=2026-03-01&to=2026-04-30&after=1.1", "No reading matches.")]
    [TestCase("/Devices/hall/Settings", "found by itself")]
    [TestCase("/Devices/hall?msort=-value", "Meters")]
    [TestCase("/Devices/hall?handler=MetersCsv", "function,color,size,sides,unit,value\r\ncopy,mono,any,any,impressions,")]
    [TestCase("/Devices/hall?handler=ChangesCsv", "at,kind,subject,before,after")]
    [TestCase("/Discover", "Address ranges")]
    [TestCase("/Terminals", "hall reader")]
    [TestCase("/Terminals/t1", "It has not enrolled yet.")]
    [TestCase("/AccessLog", "Alice Ärmel")]
    [TestCase("/AccessLog?show=unknown&outcome=granted", "Nobody has used a terminal yet.")]
    [TestCase("/Projects", "Kunde \"x\"")]
    [TestCase("/Projects?q=kunde", "K<b>")]
    [TestCase("/Projects/P1", "Project one")]
    [TestCase("/Projects/New", "Add a project")]
    [TestCase("/Webhooks", "No webhooks yet.")]
    [TestCase("/Settings", "Sessions:HandoverSeconds")]
    [TestCase("/Settings?q=SupplyLow", "time to order one")]
    [TestCase("/Settings", "<details class=\"card group\" id=\"Polling\"")]
    [TestCase("/Settings", "<div><dt><a href=\"#Sessions\">Sessions:IdleSeconds</a></dt><dd><strong>99</strong>")]
    [TestCase("/Settings?q=prices+and+limits", "Charging:Mono")]
    [TestCase("/Settings?q=no+such+thing", "No setting matches.")]
    [TestCase("/Schedules", "Meters of idle devices are read")]
    [TestCase("/Coverage?from=2026-03-01&to=2026-04-30", "Accuracy of each device")]
    public async Task A_page_shows_what_it_is_for_and_only_to_administrators(string path, string shown)
    {
        Shown page = await Known.GetAsync(path);
        using Browser stranger = new(Address);

        Assert.That(page.Status, Is.EqualTo(HttpStatusCode.OK), page.Text);
        Assert.That(page.Text, Does.Contain(shown).And.Not.Contain("style=\"").And.Not.Contain("s3cret"));
        Assert.That((await stranger.GetAsync(path)).Path, Does.StartWith("/SignIn?returnUrl="));
    }

    [TestCase("/Devices/none/Balance")]
    [TestCase("/Devices/none?handler=MetersCsv")]
    [TestCase("/Devices/none/Settings")]
    [TestCase("/Terminals/none")]
    [TestCase("/Projects/none")]
    [TestCase("/Webhooks/none")]
    public async Task What_does_not_exist_is_not_found(string path) => Assert.That((await Known.OnceAsync(HttpMethod.Get, path)).Status, Is.EqualTo(HttpStatusCode.NotFound));

    [Test]
    public async Task Settings_are_found_in_the_readers_language_and_lead_nowhere_that_cannot_change_them()
    {
        using Browser german = Known.Copy();
        german.Cookies["__Host-copytrack-language"] = "de";
        string found = (await german.GetAsync("/Settings?q=bestellen")).Text;
        Assert.That(found, Does.Contain("Polling:SupplyLowPercent").And.Contain("<h2>Ablesen</h2>").And.Contain(" open=\"open\"").And.Not.Contain("Sessions:IdleSeconds"));
        string all = (await german.GetAsync("/Settings")).Text;
        Assert.That(all, Does.Contain("<h2>Datenhaltung</h2>").And.Contain("<h2>Sperre nach Fehlversuchen</h2>").And.Contain("„This site“ (dieser Standort)").And.Contain("Hier gesetzt"));
        Assert.That(all, Does.Not.Contain("<a href=\"/Prices\">hier").And.Not.Contain("open=\"open\""), "nothing is open that nobody asked for");
    }

    [Test]
    public async Task Device_without_any_function_is_refused_instead_of_allowing_all()
    {
        await Database.WriteAsync((c, _) => c.ExecuteAsync("update device set functions = 'copy;scan' where id = @Attic", new { Attic }), default);
        Shown page = await Known.PostAsync("/Devices/attic/Settings", new() { ["form.Address"] = "127.0.0.2" });
        Assert.That((page.Status, page.Text), Is.EqualTo((HttpStatusCode.OK, page.Text)));
        Assert.That(page.Text, Does.Contain("Tick at least one function."));
        Assert.That(await Database.CountAsync("select count(*) from device where id = @Attic and functions = 'copy;scan'", new { Attic }), Is.EqualTo(1));
        await Database.WriteAsync((c, _) => c.ExecuteAsync("update device set functions = null where id = @Attic", new { Attic }), default);
    }

    [Test]
    public async Task Names_are_shown_as_text()
    {
        using HttpClient client = new() { BaseAddress = Address };
        using HttpRequestMessage request = new(HttpMethod.Get, "/Projects");
        request.Headers.Add("Cookie", string.Join("; ", Known.Cookies.Select(c => $"{c.Key}={c.Value}")));
        using HttpResponseMessage response = await client.SendAsync(request);
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("K&lt;b&gt;").And.Not.Contain("K<b>"));
    }

    [Test]
    public async Task Unknown_card_of_the_log_is_given_to_a_person()
    {
        long id = 20 + (int)Db;
        await Database.WriteAsync((c, _) => c.ExecuteAsync(
            "insert into access_log (id, at, terminal_id, device_id, method, outcome, card_suffix, card_key, card_hash) values (@id, 2, 't1', @Hall, 'card', 'unknownCard', '99AA', 'k1', @hash)", new { id, Hall, hash = new byte[] { 7, 7 } }), default);
        string line = id.ToString(CultureInfo.InvariantCulture);
        Assert.That((await Known.GetAsync("/AccessLog?show=unknown")).Text, Does.Contain("…99AA").And.Contain($"name=\"line\" value=\"{line}\""));
        Assert.That((await Known.PostAsync("/AccessLog", new() { ["line"] = line, ["user"] = "nobody" }, "Assign")).Text, Does.Contain("There is no user “nobody”."));
        Assert.That((await Known.PostAsync("/AccessLog", new() { ["line"] = line, ["user"] = "bob" }, "Assign")).Text, Does.Contain("The card belongs to =Bob now."));
        Assert.That((await Known.PostAsync("/AccessLog", new() { ["line"] = line, ["user"] = "alice" }, "Assign")).Text, Does.Contain("Somebody else has this card by now."));
        Assert.That((await Known.PostAsync("/AccessLog", new() { ["line"] = "1", ["user"] = "alice" }, "Assign")).Text, Does.Contain("The line is gone"));
        Assert.That(await Database.CountAsync("select count(*) from audit_log where action = 'card.register' and actor like 'account:%'"), Is.EqualTo(1));
    }

    [Test]
    public async Task Projects_are_added_changed_and_imported_after_a_preview()
    {
        Assert.That((await Known.PostAsync("/Projects/New", new() { ["Form.Code"] = "N1", ["Form.Name"] = "New one", ["Form.Parent"] = "p1", ["Form.Users"] = "alice\r\nbob", ["Form.Groups"] = "Sales" })).Text, Does.Contain("Project N1 is kept.").And.Contain("2 people, 1 group"));
        Assert.That((await Known.PostAsync("/Projects/New", new() { ["Form.Code"] = "n1", ["Form.Name"] = "again" })).Text, Does.Contain("There is a project of that code already."));
        Assert.That((await Known.PostAsync("/Projects/N1", new() { ["Form.Name"] = "New one", ["Form.Users"] = "nobody" })).Text, Does.Contain("there is no user 'nobody'").IgnoreCase);
        Assert.That((await Known.PostAsync("/Projects/N1", new() { ["Form.Name"] = "Newer", ["Form.Parent"] = "N1" })).Text, Does.Contain("above itself"));
        Assert.That((await Known.PostAsync("/Projects/N1", new() { ["Form.Name"] = "Newer", ["Form.Users"] = "", ["Form.Groups"] = "" })).Text, Does.Contain("Newer").And.Contain("everyone"));

        const string Csv = "code,name,parent\nI1,Imported,\nI2,Two,nowhere\n";
        Assert.That((await Known.PostAsync("/Projects", new() { ["csv"] = Csv }, "Import")).Text, Does.Contain("1 new, 0 changed, 0 unchanged, 1 bad lines.").And.Contain("Line 3:").And.Contain("I1,Imported"));
        Assert.That((await Known.GetAsync("/Projects?q=imported")).Text, Does.Contain("Nothing matches"), "nothing was done yet");
        Assert.That((await Known.PostAsync("/Projects", new() { ["csv"] = Csv, ["go"] = "true" }, "Import")).Text, Does.Contain("Line 3:"));
        Assert.That((await Known.GetAsync("/Projects?q=imported")).Text, Does.Contain("I1"));
        Assert.That((await Known.PostAsync("/Projects", new() { ["csv"] = "nonsense\n1\n" }, "Import")).Text, Does.Contain("nonsense"));
    }

    [Test]
    public async Task Terminal_is_locked_configured_and_revoked_and_finds_its_card_rule()
    {
        Assert.That((await Known.PostAsync("/Terminals/t1", [], "Lock")).Text, Does.Contain("the panel locks"));
        Assert.That(Locked, Does.Contain("t1"));
        Assert.That(await Database.CountAsync("select count(*) from audit_log where action = 'terminal.lock' and subject = 'terminal:t1'"), Is.EqualTo(1));
        Assert.That((await Known.PostAsync("/Terminals/t1", new() { ["rules"] = "sub x" }, "Configure")).Text, Does.Contain("The rule is wrong at character"));
        Assert.That((await Known.PostAsync("/Terminals/t1", new() { ["own"] = "true" }, "Configure")).Text, Does.Contain("Choose at least one way"));
        Assert.That((await Known.PostAsync("/Terminals/t1", new() { ["rules"] = "reverse; hex2dec", ["own"] = "true", ["methods"] = "card" }, "Configure")).Text, Does.Contain("Kept. The terminal follows at once.").And.Contain("value=\"reverse; hex2dec\""));
        Assert.That(await Services.GetRequiredService<TerminalRepository>().GetAsync("t1", default), Has.Property("LoginMethods").EqualTo("card"));
        Dictionary<string, string> two = new() { ["reader"] = "0A" };
        Assert.That((await Known.PostAsync("/Terminals/t1", two, "Find")).Text, Does.Contain("at least three cards"));
        Assert.That((await Known.PostAsync("/Terminals/t1", [], "Revoke")).Text, Does.Contain("is revoked"));
        Assert.That(Locked, Does.Contain("revoked t1"));
        Assert.That((await Known.PostAsync("/Terminals/t1", new() { ["rules"] = "" }, "Configure")).Text, Does.Contain("Kept."));
    }

    [Test]
    public async Task Webhook_is_added_with_a_secret_shown_once_changed_tested_and_deleted()
    {
        Dictionary<string, string> form = new() { ["name"] = "erp", ["address"] = "http://example.com/", ["events"] = "alert" };
        Assert.That((await Known.PostAsync("/Webhooks", new(form))).Text, Does.Contain("must begin with https"));
        Shown made = await Known.PostAsync("/Webhooks", new(form) { ["address"] = "https://example.com/hook" });
        string secret = Regex.Match(made.Text, "whsec_[A-Za-z0-9+/=]+").Value;
        Assert.That(secret, Has.Length.EqualTo(50));
        Assert.That((await Known.PostAsync("/Webhooks", new(form) { ["address"] = "https://example.com/other" })).Text, Does.Contain("There is a webhook of that name already."));
        Assert.That((await Known.GetAsync("/Webhooks/erp")).Text, Does.Not.Contain(secret).And.Contain("https://example.com/hook"));
        Assert.That((await Known.PostAsync("/Webhooks/erp", new() { ["address"] = "https://10.0.0.1/", ["events"] = "alert", ["enabled"] = "true" }, "Change")).Text, Does.Contain("no public address"));
        Assert.That((await Known.PostAsync("/Webhooks/erp", new() { ["address"] = "https://example.com/hook", ["events"] = "supply.low" }, "Change")).Text, Does.Contain("Kept."));
        Assert.That((await Known.GetAsync("/Webhooks")).Text, Does.Contain("off"));
        Assert.That((await Known.PostAsync("/Webhooks/erp", [], "Secret")).Text, Does.Contain("whsec_").And.Not.Contain(secret));
        Assert.That((await Known.PostAsync("/Webhooks/erp", [], "Test")).Text, Does.Contain("A test event is on its way").And.Contain("<code>test</code>"));
        Assert.That((await Known.PostAsync("/Webhooks/erp", [], "Resume")).Text, Does.Contain("Resumed"));
        Assert.That((await Known.PostAsync("/Webhooks/erp", [], "Delete")).Text, Does.Contain("Webhook erp is deleted."));
    }

    [Test]
    public async Task Device_is_set_and_deleted_and_its_community_is_never_shown()
    {
        DeviceRepository devices = Services.GetRequiredService<DeviceRepository>();
        string name = "loft " + Db;
        await CallAsync(HttpMethod.Put, "/api/v1/devices/" + Uri.EscapeDataString(name), new { address = "192.0.2.9", community = "s3cret" });
        string path = "/Devices/" + Uri.EscapeDataString(name);
        Assert.That((await Known.PostAsync(path + "/Settings", new() { ["form.Address"] = "192.0.2.10", ["form.Functions"] = "copy", ["form.Port"] = "70000" })).Text, Does.Contain("port").IgnoreCase);
        Shown kept = await Known.PostAsync(path + "/Settings", new()
        {
            ["form.Address"] = "192.0.2.10", ["form.Port"] = "1161", ["form.Site"] = "Berlin", ["form.Functions"] = "copy", ["form.Color"] = "no", ["form.Profile"] = "kyocera", ["form.AtZero"] = "lock",
        });
        Assert.That(kept.Text, Does.Contain("Kept. The device is read with it at once.").And.Not.Contain("s3cret"));
        DeviceRow row = (await devices.FindAsync(1, name, default))!;
        Assert.That((row.Address, row.Port, row.Site, row.Functions, row.ColorCapable, row.Profile), Is.EqualTo(("192.0.2.10", 1161L, (string?)"Berlin", (string?)"copy", (bool?)false, (string?)"kyocera")));
        Assert.That(row.CommunitySealed, Is.Not.Null, "an empty field keeps it");
        Assert.That((await Known.PostAsync(path + "/Settings", [], "Delete")).Text, Does.Contain("is deleted. Its ledger stays"));
        Assert.That(await devices.FindAsync(1, name, default), Is.Null);
    }

    [Test]
    public async Task What_can_not_be_undone_is_asked_on_a_page_first_and_goes_on_as_it_was()
    {
        await Known.PostAsync("/Prices", new() { ["name"] = "weg <1>", ["mono"] = "0.05" }, "List");
        Shown asks = await Known.PostAsync("/Prices", new() { ["name"] = "weg <1>", ["ask"] = "Delete the price list weg <1>?" }, "Delete");
        Assert.That(asks.Text, Does.Contain("Are you sure?").And.Contain("Delete the price list weg <1>?").And.Contain("name=\"name\" value=\"weg <1>\"").And.Contain("href=\"/Prices\""));
        Assert.That(asks.Text, Does.Contain("name=\"sure\" value=\"true\"").And.Not.Contain("name=\"ask\""), "it is asked once");
        Assert.That(await Database.CountAsync("select count(*) from price_list where name = 'weg <1>'"), Is.EqualTo(1), "nothing is done yet");
        Assert.That((await Known.PostAsync("/Prices", new() { ["name"] = "weg <1>", ["sure"] = "true" }, "Delete")).Text, Does.Contain("The price list is deleted."));
        Assert.That(await Database.CountAsync("select count(*) from price_list where name = 'weg <1>'"), Is.Zero);
    }

    /// <summary>What a page does for good: each form of these carries its question.</summary>
    [Test]
    public void Every_form_that_does_something_for_good_carries_a_question()
    {
        string[] forGood = ["Delete", "Remove", "Revoke", "RevokeCredential", "RemoveCard", "Lost", "Unschedule", "Reset", "Merge"];
        string pages = Path.Combine(LanguageTests.Root(), "Server", "Web", "Pages");
        string[] forms = [.. Directory.EnumerateFiles(pages, "*.cshtml", SearchOption.AllDirectories).SelectMany(f => System.Text.RegularExpressions.Regex.Matches(File.ReadAllText(f), "<form[^>]*asp-page-handler=\"(\\w+)\"[^>]*>.{0,60}").Where(m => forGood.Contains(m.Groups[1].Value))
            .Select(m => $"{Path.GetFileName(f)} {m.Value}"))];
        Assert.That(forms, Has.Length.GreaterThanOrEqualTo(12));
        Assert.That(forms.Where(f => !f.Contains("name=\"ask\"", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task Reports_mails_and_stages_stand_among_the_work_by_the_clock()
    {
        await Database.WriteAsync((c, _) => c.ExecuteAsync("""
            insert into saved_report (id, org_id, owner, name, name_folded, address, shared, created_at, updated_at) values (990001, 1, 'account:1', 'Monthly copies', 'monthly copies', 'name=users', 0, 0, 0);
            insert into report_schedule (id, org_id, report_id, owner, role, recipients, formats, timing, zone, language, enabled, next_due, created_at) values (990002, 1, 990001, 'account:1', 'administrator', 'a@b.test', 'csv', '0 8 1 * *', 'UTC', 'en', 1, 4102444800000000, 0);
            insert into report_delivery (id, org_id, schedule_id, report_name, owner, due_at, state, next_try) values (990003, 1, 990002, 'Monthly copies', 'account:1', 1, 0, 1);
            insert into fleet_package (id, org_id, product, version, version_number, platform, hash, size, manifest, whole, added_at) values (990004, 1, 'agent', '7.7.7', 1, 'linux-x64', 'h', 1, @hash, 1, 0);
            insert into fleet_rollout (package_id, node_id, share, changed_at, raise_hours) values (990004, 0, 10, 4102444800000000, 2)
            """, new { hash = new byte[] { 1 } }), default);
        try
        {
            string page = (await Known.GetAsync("/Schedules")).Text;
            Assert.That(page, Does.Contain("A kept report is made and mailed").And.Contain("Monthly copies").And.Contain("1 Jan 2100").And.Contain("Reports that are being made or mailed").And.Contain("7.7.7 linux-x64").And.Contain("What retention lets go is deleted"));
            Assert.That(page, Does.Not.Contain("Mails of alerts that wait"), "none waits");
        }
        finally
        {
            await Database.WriteAsync((c, _) => c.ExecuteAsync("delete from report_delivery where id = 990003; delete from report_schedule where id = 990002; delete from saved_report where id = 990001; delete from fleet_rollout where package_id = 990004; delete from fleet_package where id = 990004"), default);
        }
    }

    [Test]
    public async Task Network_is_looked_through_and_bad_ranges_are_told()
    {
        Assert.That((await Known.PostAsync("/Discover", new() { ["ranges"] = "10.0.0.0/2" })).Text, Does.Contain("The ranges can't be read"));
        Shown run = await Known.PostAsync("/Discover", new() { ["ranges"] = "127.77.0.1" });
        Assert.That(run.Path, Does.StartWith("/Discover?id="));
        Assert.That(run.Text, Does.Contain("of 1 addresses asked"));
        Assert.That((await Known.PostAsync("/Discover", new() { ["id"] = run.Path.Split('=')[1] }, "End")).Path, Is.EqualTo("/Discover"));
    }

    protected override void AddMore(IServiceCollection services)
    {
        base.AddMore(services);
        services.Replace(ServiceDescriptor.Singleton(ServerSettings.From(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Data:Provider"] = "postgres", ["Data:ConnectionString"] = "Host=db;Password=s3cret", ["Sessions:IdleSeconds"] = "99",
        }).Build()).InForce));
    }
}
