using System.Net;
using System.Text.RegularExpressions;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Receipts;
using CopyTrack.Server.Data.Receipts;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Receipts;
using CopyTrack.Server.Tests.Data;
using CopyTrack.Server.Tests.Polling;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class WebTests(Db db) : WebFixture(db)
{
    [OneTimeSetUp]
    public Task KeepAnInventoryAsync() => InventoryOfAtticAsync();

    [TestCase("/", "hall")]
    [TestCase("/Fleet", "No agents yet")]
    [TestCase("/Devices?q=att&sort=site", "attic")]
    [TestCase("/Devices/hall", "Every page on the meters is explained")]
    [TestCase("/Devices/hall", "<td class=\"good\">known</td><td class=\"quiet\">unknown</td><td class=\"quiet\">unknown</td>")]
    [TestCase("/Devices/attic", "Black was replaced or filled (10 %, then 90 %)")]
    [TestCase("/Devices/attic", "<meter min=\"0\" max=\"100\" low=\"15\" value=\"90\"")]
    [TestCase("/Probe?address=192.0.2.7", "name=\"Form.Address\" value=\"192.0.2.7\"")]
    [TestCase("/Receipts", "No device has sent a receipt yet")]
    [TestCase("/Devices/hall", "What it reports itself")]
    [TestCase("/Terminals", "hall reader")]
    [TestCase("/Users?find=ALI", "Alice")]
    [TestCase("/Sessions?state=all", "=Bob")]
    [TestCase("/Reports?name=users&from=2026-03-01&to=2026-04-30&sort=impressions", "<rect")]
    [TestCase("/Reports?name=coverage&from=2026-03-01&to=2026-04-30", "Prints past the terminal <a class=\"calm\" href=\"/Sessions?name=jobs&from=2026-03-01&to=2026-04-30&device=hall&cause=directPrint\"")]
    [TestCase("/Reports?name=users&from=2026-04-01&to=2026-04-30&compare=period", "name=\"compareFrom\"")]
    [TestCase("/Coverage?from=2026-03-01&to=2026-04-30", "panel bypassed")]
    [TestCase("/Coverage?from=2026-03-01&to=2026-04-30", "tells only a total")]
    [TestCase("/Prices", "Licence of copy tracking")]
    [TestCase("/Reports/users.csv?from=2026-03-01&to=2026-04-30", "alice,")]
    public async Task A_page_shows_what_it_is_for_and_only_when_signed_in(string path, string shown)
    {
        Shown page = await Known.GetAsync(path);
        using Browser stranger = new(Address);
        Shown refused = await stranger.GetAsync(path);

        Assert.That(page.Status, Is.EqualTo(HttpStatusCode.OK), page.Text);
        Assert.That(page.Text, Does.Contain(shown).And.Not.Contain("style=\"").And.Not.Match("<script(?! src=\"/assets/[a-zA-Z.]+[?]v=[0-9a-f]{12}\" defer></script>)"));
        Assert.That(page.Policy, Does.StartWith("default-src 'none'"));
        Assert.That(refused.Path, Does.StartWith("/SignIn?returnUrl="));
    }

    [Test]
    public async Task An_address_is_looked_at_and_added_and_no_secret_comes_back()
    {
        using LoopbackPrinter printer = new(Db == Db.Sqlite ? "127.8.9.50" : "127.8.9.51");
        Dictionary<string, string> form = new()
        {
            ["Form.Address"] = Db == Db.Sqlite ? "127.8.9.50" : "127.8.9.51", ["Form.Port"] = printer.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), ["Form.Version"] = "2c", ["Form.Community"] = "s3cret",
        };
        string seen = (await Known.PostAsync("/Probe", new(form))).Text;
        Assert.That(seen, Does.Contain("ACME Print 1").And.Contain("<dd>S1</dd>").And.Contain("What its meters can tell").And.Contain("77").And.Not.Contain("s3cret"));
        string nobody = (await Known.PostAsync("/Probe", new(form) { ["Form.Port"] = "1" })).Text;
        Assert.That(nobody, Does.Contain("No answer: the device is off"));
        Assert.That((await Known.PostAsync("/Probe", new(form) { ["Form.Version"] = "3" })).Text, Does.Contain("SNMP version 3 needs a user name."));
        Assert.That((await Known.PostAsync("/Probe", new(form) { ["Form.Address"] = "no address" })).Text, Does.Contain("Enter the IP address or the host name"));
        string added = (await Known.PostAsync("/Probe", new(form) { ["Form.Name"] = "new one" }, "Add")).Text;
        Assert.That(added, Does.Contain("<h1>new one</h1>").And.Contain("Read now"));
        Assert.That((await Known.PostAsync("/Probe", new(form) { ["Form.Name"] = "new one" }, "Add")).Text, Does.Contain("There is a device of that name already"));
        await Services.GetRequiredService<DeviceRepository>().DeleteAsync(1, "new one", "test", default);
    }

    [Test]
    public async Task Device_is_read_by_a_button_and_what_came_of_it_is_told()
    {
        Assert.That((await Known.PostAsync("/Devices/hall", [], "Read")).Text, Does.Contain("Not read: no answer."));
        Assert.That(Reads.Asked, Does.Contain(Hall));
    }

    [Test]
    public async Task Receipts_conflicts_and_refused_messages_are_shown()
    {
        IReceiptStore store = Services.GetRequiredService<IReceiptStore>();
        DateTimeOffset at = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
        JobReceipt receipt = new() { BootId = "b", JobId = "1", Service = JobService.Copy, EndedAt = at, Pages = [new CompletedPages(PageColor.Mono, PageSides.Simplex, "<b>my paper</b>", 3, 3)] };
        await store.TakeAsync(new ReceiptIntake(Hall, 1, at, null, [receipt, receipt with { JobId = "2", Scans = 4, Pages = [] }]), default);
        await store.TakeAsync(new ReceiptIntake(Hall, 1, at, null, [receipt with { Pages = [receipt.Pages[0] with { Impressions = 5, Sheets = 5 }] }]), default);
        await Services.GetRequiredService<RefusedMessages>().NoteAsync(Hall, "192.0.2.9", "message", "line 3: no sheet", default);
        try
        {
            string page = (await Known.GetAsync("/Receipts")).Text;
            Assert.That(page, Does.Contain("copies: 3 sides").And.Contain("copies: 4 scans").And.Contain("waits for a reading of the meters").And.Contain("class=\"warn\""));
            Assert.That(page, Does.Contain("copies: 5 sides").And.Contain("message: line 3: no sheet").And.Contain("192.0.2.9").And.Not.Contain("No device has sent a receipt yet"));
        }
        finally
        {
            await Database.WriteAsync((c, _) => c.ExecuteAsync("delete from receipt_conflict; delete from receipt; delete from device_attempt"), default);
        }
    }

    [Test]
    public async Task Limits_are_set_changed_and_taken_away_and_a_device_locks()
    {
        string kept = (await Known.PostAsync("/Prices", new() { ["kind"] = "user", ["subject"] = "alice", ["period"] = "ever", ["soft"] = "1", ["hard"] = "2.5" }, "Quota")).Text;
        Assert.That(kept, Does.Contain("The limit is kept.").And.Contain("2.12").And.Contain("/Prices?kind=user&subject=alice#quota"));
        Assert.That((await Known.GetAsync("/Prices?kind=user&subject=alice")).Text, Does.Contain("name=\"hard\" value=\"2.5\"").And.Contain("<option value=\"ever\" selected=\"selected\">all time</option>"));
        Assert.That((await Known.PostAsync("/Prices", new() { ["kind"] = "user", ["subject"] = "alice", ["hard"] = "much" }, "Quota")).Text, Does.Contain("is not an amount such as 0.05"));
        Assert.That((await Known.PostAsync("/Prices", new() { ["kind"] = "user", ["subject"] = "alice", ["hard"] = "1,000" }, "Quota")).Text, Does.Contain("1,000").And.Contain("may mean 1000 or 1.0: write it in one of these ways"));
        Assert.That((await Known.GetAsync("/Prices?kind=user&subject=alice")).Text, Does.Contain("name=\"hard\" value=\"2.5\""), "what was unclear changed nothing");
        Assert.That((await Known.PostAsync("/Prices", new() { ["kind"] = "user", ["subject"] = "alice", ["hard"] = "1,000.50", ["soft"] = "0,5" }, "Quota")).Text, Does.Contain("The limit is kept."));
        Assert.That((await Known.GetAsync("/Prices?kind=user&subject=alice")).Text, Does.Contain("name=\"hard\" value=\"1000.5\"").And.Contain("name=\"soft\" value=\"0.5\""));
        Assert.That((await Known.PostAsync("/Prices", new() { ["kind"] = "user", ["subject"] = "alice" }, "Quota")).Text, Does.Contain("The limit is taken away.").And.Contain("without a limit"));
        Assert.That((await Known.PostAsync("/Prices", new() { ["device"] = "HALL", ["what"] = "lock" }, "AtZero")).Text, Does.Contain("These lock: hall."));
        Assert.That((await Known.PostAsync("/Prices", new() { ["device"] = "hall", ["what"] = "finish" }, "AtZero")).Text, Does.Contain("No device locks."));
        Assert.That((await Known.PostAsync("/Prices", new() { ["device"] = "nowhere", ["what"] = "lock" }, "AtZero")).Text, Does.Contain("there is no such device"));
    }

    [Test]
    public async Task Limits_come_a_page_at_a_time_and_are_found_by_a_part_of_a_name()
    {
        await Database.WriteAsync((c, _) => c.ExecuteAsync("""
            with recursive n (i) as (select 1 union all select i + 1 from n where i < 120)
            insert into quota (id, org_id, kind, subject, period, hard_micros, updated_at) select 880000 + i, 1, 1, 'Branch ' || (1000 + i), 2, 5000000, 0 from n
            """), default);
        await Known.PostAsync("/Prices", new() { ["kind"] = "user", ["subject"] = "alice", ["hard"] = "9" }, "Quota");
        try
        {
            HashSet<string> seen = [];
            string? next = "/Prices";
            int pages = 0;
            for (; next is not null; pages++)
            {
                string text = (await Known.GetAsync(next)).Text;
                seen.UnionWith(Regex.Matches(text, "subject=(Branch%20[0-9]+|alice)#quota").Select(m => m.Groups[1].Value));
                next = Regex.Match(text, "href=\"(/Prices[^\"]*uafter=[^\"]+)\" rel=\"next\"|rel=\"next\" href=\"(/Prices[^\"]*uafter=[^\"]+)\"") is { Success: true } m ? m.Groups[1].Value + m.Groups[2].Value : null;
            }

            Assert.That((pages, seen.Count), Is.EqualTo((3, 121)));
            string found = (await Known.GetAsync("/Prices?uq=BRANCH%20111")).Text;
            Assert.That(found, Does.Contain("Branch 1110").And.Contain("Branch 1119").And.Not.Contain("Branch 1001").And.Not.Contain("subject=alice#quota"));
            Assert.That((await Known.GetAsync("/Prices?uq=%25")).Text, Does.Not.Contain("Branch 1001"), "no wildcard");
            Assert.That((await Known.GetAsync("/Prices?uq=Ärm")).Text, Does.Contain("subject=alice#quota"), "by the display name too");
            Assert.That((await Known.GetAsync("/Prices?uafter=nonsense")).Text, Does.Contain("subject=alice#quota"));
            Assert.That((await Known.GetAsync("/Prices?kind=department&subject=Branch%201077")).Text, Does.Contain("name=\"hard\" value=\"5\""));
            Assert.That((await Known.GetAsync("/Prices?handler=QuotasCsv")).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(122), "the file has all");
        }
        finally
        {
            await Database.WriteAsync((c, _) => c.ExecuteAsync("delete from quota where id > 880000 and id <= 880120 or kind = 0"), default);
        }
    }

    [Test]
    public async Task The_api_knows_no_cookie() => Assert.That((await Known.OnceAsync(HttpMethod.Get, "/api/v1/users")).Status, Is.EqualTo(HttpStatusCode.Unauthorized));

    [Test]
    public async Task Forms_need_their_token()
    {
        Assert.That((await Known.OnceAsync(HttpMethod.Post, "/Terminals/t1?handler=Revoke", new() { ["id"] = "t1" })).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await Known.OnceAsync(HttpMethod.Post, "/SignOut", [])).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(Locked, Is.Empty);
    }
}
