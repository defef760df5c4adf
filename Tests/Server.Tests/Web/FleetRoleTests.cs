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
    [TestCase("lost people", "")]
    [TestCase("dealers", "acme globex initech")]
    public async Task Page_shows_each_theirs(string group, string seen)
    {
        using Browser browser = await PersonAsync($"viewer{seen.Length}", group);
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
            Shown device = await browser.GetAsync($"/FleetDevice?name=Printer%20{customer}1");
            Assert.That(device.Status, Is.EqualTo(seen.Split(' ').Contains(customer) ? HttpStatusCode.OK : HttpStatusCode.NotFound), customer);
        }

        Assert.That((await browser.GetAsync("/Fleet/refusals.csv")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(page.Text, Does.Not.Contain("handler=Node").And.Not.Contain("handler=Code"));
        Shown change = await browser.PostAsync("/Fleet", new() { ["name"] = "mine", ["kind"] = "dealer" }, "Node", "/Account");
        Assert.That(change.Status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(await Database.CountAsync("select count(*) from fleet_node where name = 'mine'"), Is.Zero);
    }

    [TestCase("dealer", "dealer=north", "acme globex")]
    [TestCase("dealer", "dealer=NORTH", "acme globex")]
    [TestCase("customer", "customer=acme", "acme")]
    [TestCase("customer", "site=acme site", "acme")]
    [TestCase("administrator", null, "acme globex initech")]
    public async Task Rest_gives_each_theirs(string role, string? scope, string seen)
    {
        string token = await TokenAsync(role, scope);
        foreach ((string path, string member) in new[] { ("devices", "site"), ("agents", "site"), ("meter-reads", "site"), ("devices?site=initech%20site", "site") })
        {
            string[] sites = [.. (await GetAsync("/api/v1/fleet/" + path, token)).GetProperty("items").EnumerateArray().Select(i => i.GetProperty(member).GetString()!.Split(' ')[0]).Order(StringComparer.Ordinal)];
            string[] expected = path.Contains('?', StringComparison.Ordinal) ? [.. seen.Split(' ').Where(c => c == "initech" || (scope ?? "").StartsWith("site", StringComparison.Ordinal))] : seen.Split(' ');
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
