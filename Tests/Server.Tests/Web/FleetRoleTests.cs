using System.Globalization;
using System.Net;
using System.Text.Json;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Tests.Data;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

/// <summary>Dealers see their customers, customers themselves, administrators all: on the page and by REST.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class FleetRoleTests(Db db) : WebFixture(db)
{
    private static readonly string[] s_all = ["acme", "globex", "initech"];

    [OneTimeSetUp]
    public async Task FleetAsync()
    {
        FleetRepository fleet = Services.GetRequiredService<FleetRepository>();
        foreach ((string name, string kind, string? parent) in new[] { ("north", "dealer", null), ("south", "dealer", null), ("acme", "customer", "north"), ("globex", "customer", "north"), ("initech", "customer", "south") })
        {
            Assert.That((await fleet.PutNodeAsync(1, name, kind, parent, "test", default)).Fault, Is.Null);
        }

        foreach (string customer in s_all)
        {
            await fleet.PutNodeAsync(1, customer + " site", "site", customer, "test", default);
            (long? id, string? fault) = await fleet.PutCodeAsync(1, customer + " agent", customer + " site", [(byte)customer[0], .. new byte[31]], DateTimeOffset.MaxValue, "test", false, default);
            Assert.That(fault, Is.Null);
            FleetAgentRow agent = (await fleet.GetAsync(id!.Value, default))!;
            await Services.GetRequiredService<FleetDevices>().LinkAsync(agent, new NewFleetDevice("k", customer + "1", "Printer", null, null), 10, default);
        }
    }

    [TestCase("north dealer", "acme globex")]
    [TestCase("acme people", "acme")]
    [TestCase("acme people+initech people", "acme initech")]
    [TestCase("acme people+lost people", "acme")]
    [TestCase("lost people", "")]
    [TestCase("dealers", "acme globex initech")]
    public async Task Page_shows_each_theirs(string group, string seen)
    {
        using Browser browser = await PersonAsync($"viewer of {group}", group.Split('+'));
        Shown page = await browser.GetAsync("/Fleet");
        Assert.That(page.Status, Is.EqualTo(HttpStatusCode.OK));
        foreach (string customer in s_all)
        {
            Assert.That(page.Text.Contains(customer, StringComparison.OrdinalIgnoreCase), Is.EqualTo(seen.Split(' ').Contains(customer)), $"{customer} in {page.Text}");
        }

        foreach (string list in new[] { "devices", "agents", "meter-reads", "supplies" })
        {
            Shown csv = await browser.GetAsync($"/Fleet/{list}.csv");
            Assert.That(csv.Status, Is.EqualTo(group == "lost people" ? HttpStatusCode.NotFound : HttpStatusCode.OK), list);
            foreach (string customer in list == "supplies" ? [] : s_all)
            {
                Assert.That(csv.Text.Contains(customer, StringComparison.Ordinal), Is.EqualTo(seen.Split(' ').Contains(customer)), $"{customer} in {csv.Text}");
            }
        }

        foreach (string list in new[] { "devices", "agents", "meter-reads", "supplies" })
        {
            Shown table = await browser.GetAsync($"/FleetList?name={list}");
            Assert.That(table.Status, Is.EqualTo(HttpStatusCode.OK), list);
            foreach (string customer in list == "supplies" ? [] : s_all)
            {
                Assert.That(table.Text.Contains(customer + " site", StringComparison.Ordinal), Is.EqualTo(seen.Split(' ').Contains(customer)), $"{customer} in {list}");
            }

            foreach (string format in new[] { "json", "xlsx" })
            {
                Shown file = await browser.GetAsync($"/Fleet/{list}.{format}");
                Assert.That(file.Status, Is.EqualTo(group == "lost people" ? HttpStatusCode.NotFound : HttpStatusCode.OK), $"{list}.{format}");
                Assert.That(format == "xlsx" || seen.Length > 0 || file.Text.Length == 0 || s_all.All(c => !file.Text.Contains(c, StringComparison.Ordinal)), Is.True, list);
            }
        }

        foreach (string customer in s_all)
        {
            Shown agent = await browser.GetAsync($"/FleetAgent?name={customer}%20agent");
            Assert.That(agent.Status, Is.EqualTo(seen.Split(' ').Contains(customer) ? HttpStatusCode.OK : HttpStatusCode.NotFound), customer);
            Assert.That(agent.Text, Does.Not.Contain("handler=Revoke").And.Not.Contain("handler=Want"));
            Shown device = await browser.GetAsync($"/FleetDevice?name=Printer%20{customer}1");
            Assert.That(device.Status, Is.EqualTo(seen.Split(' ').Contains(customer) ? HttpStatusCode.OK : HttpStatusCode.NotFound), customer);
        }

        Assert.That((await browser.GetAsync("/Fleet/refusals.csv")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(page.Text, Does.Not.Contain("handler=Node").And.Not.Contain("handler=Code"));
        Shown change = await browser.PostAsync("/Fleet", new() { ["name"] = "mine", ["kind"] = "dealer" }, "Node", "/Account");
        Assert.That(change.Status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(await Database.CountAsync("select count(*) from fleet_node where name = 'mine'"), Is.Zero);
        foreach (string handler in new[] { "Want", "Intervals", "Revoke", "Code" })
        {
            Assert.That((await browser.PostAsync("/FleetAgent", new() { ["name"] = "acme agent", ["verb"] = "readNow" }, handler, "/Account")).Status, Is.EqualTo(HttpStatusCode.Forbidden), handler);
        }
    }

    [Test]
    public async Task Administrator_says_on_an_agents_page_what_is_wanted_of_it_and_revokes_it()
    {
        FleetRepository fleet = Services.GetRequiredService<FleetRepository>();
        await fleet.PutNodeAsync(1, "acme attic", "site", "acme", "test", default);
        byte[] code = [9, .. new byte[31]];
        (long? id, _) = await fleet.PutCodeAsync(1, "wanted", "acme attic", code, DateTimeOffset.MaxValue, "test", false, default);
        using System.Security.Cryptography.ECDsa key = CopyTrack.Accounting.Fleet.FleetKeys.Create();
        await fleet.EnrolAsync(code, key.ExportSubjectPublicKeyInfo(), default);
        using Browser browser = await SignedInAsync();
        Shown page = await browser.GetAsync("/FleetAgent?name=wanted");
        Assert.That(page.Text, Does.Contain("never heard of"));
        await PostAsync("Intervals", "counterSeconds", "120");
        await PostAsync("Want", "verb", "readNow");
        FleetAgentRow row = (await fleet.GetAsync(id!.Value, default))!;
        Assert.That((row.WantsNumber, row.WantsVerbs, row.WantsCounterSeconds, row.WantsInventorySeconds), Is.EqualTo((2L, "readNow", (long?)120, (long?)null)), "a wish leaves the intervals as they are");
        await PostAsync("Want", "verb", "reboot");
        await PostAsync("Intervals", "counterSeconds", "1");
        Assert.That((await fleet.GetAsync(id.Value, default))!.WantsNumber, Is.EqualTo(2));
        await PostAsync("Revoke", "verb", "");
        row = (await fleet.GetAsync(id.Value, default))!;
        Assert.That((row.RevokedAt is not null, row.PublicKey), Is.EqualTo((true, (byte[]?)null)));
        Assert.That((await PostAsync("Code", "verb", "")).Text, Does.Contain("class=\"code\""));
        Assert.That((await fleet.GetAsync(id.Value, default))!.RevokedAt, Is.Not.Null);

        async Task<Shown> PostAsync(string handler, string member, string value)
        {
            Shown shown = await browser.PostAsync("/FleetAgent", new() { ["name"] = "wanted", [member] = value }, handler, "/FleetAgent?name=wanted");
            Assert.That(shown.Status, Is.EqualTo(HttpStatusCode.OK), handler);
            return shown;
        }
    }

    [Test]
    public async Task Lists_are_found_in_and_paged_by_the_database()
    {
        FleetRepository fleet = Services.GetRequiredService<FleetRepository>();
        await fleet.PutNodeAsync(1, "acme depot", "site", "acme", "test", default);
        (long? id, _) = await fleet.PutCodeAsync(1, "depot", "acme depot", [10, .. new byte[31]], DateTimeOffset.MaxValue, "test", false, default);
        FleetAgentRow agent = (await fleet.GetAsync(id!.Value, default))!;
        const int count = 310;
        for (int i = 0; i < count; i++)
        {
            await Services.GetRequiredService<FleetDevices>().LinkAsync(agent, new NewFleetDevice($"k{i}", $"Z{i:000}", "Depot", null, null), 5000, default);
        }

        try
        {
            using Browser browser = await SignedInAsync();
            Shown page = await browser.GetAsync("/Fleet?dq=depot");
            Assert.That((page.Text.Contains("Depot Z000", StringComparison.Ordinal), page.Text.Contains("Depot Z050", StringComparison.Ordinal), page.Text.Contains("Printer acme1", StringComparison.Ordinal)), Is.EqualTo((true, false, false)));
            HashSet<string> seen = [];
            string? next = "/Fleet?dq=depot";
            for (int pages = 0; next is not null && pages < 20; pages++)
            {
                page = await browser.GetAsync(next);
                seen.UnionWith(System.Text.RegularExpressions.Regex.Matches(page.Text, "Depot Z[0-9]{3}(?=<)").Select(m => m.Value));
                next = System.Text.RegularExpressions.Regex.Match(page.Text, "href=\"([^\"]*)\" rel=\"next\"") is { Success: true } link ? link.Groups[1].Value : null;
            }

            Assert.That(seen, Has.Count.EqualTo(count), "every device stands on a page");
            page = await browser.GetAsync("/Fleet?dq=z299");
            Assert.That(page.Text, Does.Contain("Depot Z299"));
            page = await browser.GetAsync("/FleetList?name=devices&q=z299&state=good");
            Assert.That((page.Text.Contains("Depot Z299", StringComparison.Ordinal), page.Text.Contains("Depot Z298", StringComparison.Ordinal)), Is.EqualTo((true, false)));
            Assert.That(page.Text, Does.Contain("/Fleet/devices.csv?q=z299&state=good"));
            Shown csv = await browser.GetAsync("/Fleet/devices.csv?q=depot&state=good");
            Assert.That(csv.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(count + 1));
            Assert.That((await browser.GetAsync("/Fleet/meter-reads.csv?q=depot")).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(count + 1));

            // The same by REST, page by page.
            string token = await TokenAsync("customer", "customer=acme");
            foreach (string list in new[] { "devices", "meter-reads" })
            {
                HashSet<string> told = [];
                string? cursor = null;
                do
                {
                    JsonElement answer = await GetAsync($"/api/v1/fleet/{list}?find=depot&state=good&limit=100" + (cursor is null ? "" : "&cursor=" + cursor), token);
                    told.UnionWith(answer.GetProperty("items").EnumerateArray().Select(d => d.GetProperty("device").GetString()!));
                    cursor = answer.GetProperty("next").GetString();
                }
                while (cursor is not null);
                Assert.That(told, Has.Count.EqualTo(count), list);
            }

            Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/fleet/devices?state=broken", null, token)).Status, Is.EqualTo(HttpStatusCode.BadRequest));
            Assert.That((await GetAsync("/api/v1/fleet/devices/depot%20z007", token)).GetProperty("serial").GetString(), Is.EqualTo("Z007"));
            Assert.That((await GetAsync("/api/v1/fleet/devices/depot%20z007/readings", token)).GetProperty("items").GetArrayLength(), Is.Zero);
            foreach (string path in new[] { "devices/depot%20z007", "devices/depot%20z007/readings" })
            {
                Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/fleet/" + path, null, await TokenAsync("customer", "customer=globex"))).Status, Is.EqualTo(HttpStatusCode.NotFound), path);
            }
        }
        finally
        {
            await Database.WriteAsync((c, _) => Dapper.SqlMapper.ExecuteAsync(c, "delete from fleet_device where agent_id = @id; delete from fleet_agent where id = @id", new { id }), default);
        }
    }

    [TestCase("dealer", "dealer=north", "acme globex")]
    [TestCase("dealer", "dealer=NORTH", "acme globex")]
    [TestCase("customer", "customer=acme", "acme")]
    [TestCase("customer", "site=acme site", "acme")]
    [TestCase("customer", "customer=acme\ncustomer=initech", "acme initech")]
    [TestCase("customer", "customer=acme\ncustomer=nobody", "acme")]
    [TestCase("dealer", "dealer=south\ncustomer=globex", "globex initech")]
    [TestCase("dealer", "dealer=north\ncustomer=acme", "acme globex")]
    [TestCase("manager", "site=acme site\nsite=initech site", "acme initech")]
    [TestCase("administrator", null, "acme globex initech")]
    public async Task Rest_gives_each_theirs(string role, string? scope, string seen)
    {
        string token = await TokenAsync(role, scope);
        foreach ((string path, string member) in new[] { ("devices", "site"), ("agents", "site"), ("meter-reads", "site"), ("devices?site=initech%20site", "site") })
        {
            string[] sites = [.. (await GetAsync("/api/v1/fleet/" + path, token)).GetProperty("items").EnumerateArray().Select(i => i.GetProperty(member).GetString()!.Split(' ')[0]).Order(StringComparer.Ordinal)];
            string[] expected = path.Contains('?', StringComparison.Ordinal) ? [.. seen.Split(' ').Where(c => c == "initech" || scope == "site=acme site")] : seen.Split(' ');
            Assert.That(sites, Is.EqualTo(expected), path);
        }

        string[] nodes = [.. (await GetAsync("/api/v1/fleet/nodes", token)).GetProperty("items").EnumerateArray().Select(i => i.GetProperty("name").GetString()!)];
        foreach (string customer in s_all)
        {
            Assert.That(nodes.Any(n => n.StartsWith(customer, StringComparison.Ordinal)), Is.EqualTo(seen.Split(' ').Contains(customer)), customer);
        }
    }

    [TestCase("dealer", "dealer=north")]
    [TestCase("administrator", "customer=acme")]
    [TestCase("manager", "customer=acme")]
    public async Task Scope_of_the_fleet_opens_nothing_else(string role, string scope)
    {
        string token = await TokenAsync(role, scope);
        foreach (string path in new[] { "users", "devices", "terminals", "sessions", "ledger", "reports/devices", "reports/users", "coverage", "fleet/refusals", "directories", "accounts", "quotas", "price-lists", "discoveries/1", "accounting/receipts" })
        {
            Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/" + path, null, token)).Status, Is.EqualTo(HttpStatusCode.Forbidden), path);
        }

        Assert.That((await CallAsync(HttpMethod.Put, "/api/v1/fleet/nodes/new", new { kind = "dealer" }, token)).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await CallAsync(HttpMethod.Post, "/api/v1/fleet/agents/initech%20agent/revoke", new { }, token)).Status, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [TestCase("customer=nobody")]
    [TestCase("dealer=acme")]
    [TestCase("customer=")]
    public async Task Scope_of_what_is_not_there_sees_nothing(string scope) =>
        Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/fleet/devices", null, await TokenAsync("customer", scope))).Status, Is.AnyOf(HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden));
}
