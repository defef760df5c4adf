using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data;
using CopyTrack.Server.Tests.Data;
using CopyTrack.Server.Tests.Polling;
using Dapper;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Api;

[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class ApiTests(Db db) : SiteFixture(db)
{
    [Test]
    public async Task Inventory_has_the_shape_of_a_probe_with_its_time_and_changes()
    {
        Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/devices/hall/inventory")).Status, Is.EqualTo(HttpStatusCode.NotFound), "not read yet");
        await InventoryOfAtticAsync();
        JsonElement inventory = await GetAsync("/api/v1/devices/attic/inventory");
        Assert.That(inventory.GetProperty("readAt").GetString(), Is.EqualTo("2026-04-01T09:00:00Z"));
        Assert.That(inventory.GetProperty("supplies")[0].GetProperty("percent").GetInt32(), Is.EqualTo(90));
        Assert.That(inventory.GetProperty("changes")[0].GetProperty("kind").GetString(), Is.EqualTo("supply"));
    }

    [Test]
    public async Task A_person_is_put_read_changed_and_erased()
    {
        var added = await CallAsync(HttpMethod.Put, "/api/v1/users/Carla", new { displayName = "Carla", department = "Law", groups = new[] { "g1", "g2" }, cards = new[] { "04A1B2C3" }, pin = "739162" });
        var same = await CallAsync(HttpMethod.Put, "/api/v1/users/carla", new { department = "Law" });
        var changed = await CallAsync(HttpMethod.Put, "/api/v1/users/carla", new { department = (string?)null });
        var card = await CallAsync(HttpMethod.Post, "/api/v1/users/carla/cards", new { card = "11223344" });
        var code = await CallAsync(HttpMethod.Post, "/api/v1/users/carla/activation-code");

        Assert.That((added.Status, same.Status, changed.Status, card.Status, code.Status),
            Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Created, HttpStatusCode.Created)), added.Body.ToString());
        Assert.That(added.Body.GetProperty("groups").GetArrayLength(), Is.EqualTo(2));
        Assert.That(changed.Body.GetProperty("department").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(changed.Body.GetProperty("displayName").GetString(), Is.EqualTo("Carla"), "absent stays");
        Assert.That(card.Body.GetProperty("cards").GetArrayLength(), Is.EqualTo(2));
        Assert.That(card.Body.ToString(), Does.Not.Contain("04A1B2C3"));
        Assert.That(code.Body.GetProperty("code").GetString(), Has.Length.GreaterThan(11));
        Assert.That((await CallAsync(HttpMethod.Delete, "/api/v1/users/carla")).Status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/users/carla")).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Network_is_looked_at_for_printers_and_what_was_found_is_forgotten_on_demand()
    {
        using LoopbackPrinter printer = new("127.8.10.20");
        var begun = await CallAsync(HttpMethod.Post, "/api/v1/discoveries", new { ranges = new[] { "127.8.10.16/28" }, port = printer.Port, communities = new[] { "wrong", "public" }, perSecond = 500 });
        Assert.That((begun.Status, begun.Body.GetProperty("of").GetInt32()), Is.EqualTo((HttpStatusCode.Accepted, 14)), begun.Body.ToString());
        string path = "/api/v1/discoveries/" + begun.Body.GetProperty("id").GetString();
        Assert.That((await CallAsync(HttpMethod.Post, "/api/v1/discoveries", new { ranges = new[] { "127.8.10.1" } })).Status, Is.EqualTo(HttpStatusCode.Conflict));
        JsonElement state = await GetAsync(path);
        for (int i = 0; i < 200 && state.GetProperty("state").GetString() == "running"; i++)
        {
            await Task.Delay(100);
            state = await GetAsync(path);
        }

        Assert.That((state.GetProperty("state").GetString(), state.GetProperty("asked").GetInt32(), state.GetProperty("answered").GetInt32()), Is.EqualTo(("done", 14, 1)), state.ToString());
        JsonElement found = state.GetProperty("found")[0];
        Assert.That((found.GetProperty("address").GetString(), found.GetProperty("kind").GetString(), found.GetProperty("metered").GetBoolean()), Is.EqualTo(("127.8.10.20", "printer", true)));
        Assert.That((await CallAsync(HttpMethod.Delete, path)).Status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await CallAsync(HttpMethod.Get, path)).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await CallAsync(HttpMethod.Post, "/api/v1/discoveries", new { ranges = new[] { "10.0.0.0/8" } })).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await CallAsync(HttpMethod.Post, "/api/v1/discoveries", new { ranges = new[] { "10.0.0.1" }, v3User = "u", v3Auth = "MD5" })).Status, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task Lists_go_on_by_cursor_and_end()
    {
        JsonElement first = await GetAsync("/api/v1/users?limit=1");
        JsonElement second = await GetAsync("/api/v1/users?limit=1&cursor=" + first.GetProperty("next").GetString());
        Assert.That((first.GetProperty("items")[0].GetProperty("username").GetString(), second.GetProperty("items")[0].GetProperty("username").GetString()), Is.EqualTo(("alice", "bob")));
        Assert.That(second.GetProperty("next").ValueKind, Is.EqualTo(JsonValueKind.Null));

        List<string> seen = [];
        HashSet<string> events = [];
        string? cursor = null;
        do
        {
            JsonElement page = await GetAsync($"/api/v1/ledger?from=2026-03-01&to=2026-04-30&limit=2&cursor={cursor}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(e => $"{e.GetProperty("device")}{e.GetProperty("seq")}"));
            events.UnionWith(page.GetProperty("items").EnumerateArray().Select(e => string.Join('|', ((string[])["device", "epoch", "interval", "user", "project", "session", "source", "confidence", "cause"])
                .Select(name => e.GetProperty(name).ToString()).Append(e.GetProperty("counter").GetProperty("function").ToString()))));
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        Assert.That(seen, Is.Unique);
        Assert.That(events, Has.Count.LessThan(seen.Count), "the copies of one session moved two counters");
        Assert.That(events, Has.Count.EqualTo((await GetAsync("/api/v1/reports/jobs?from=2026-03-01&to=2026-04-30")).GetProperty("rows").GetArrayLength()));
    }

    [Test]
    public async Task A_device_is_put_with_secrets_that_never_come_back()
    {
        var added = await CallAsync(HttpMethod.Put, "/api/v1/devices/Cellar", new { address = "10.0.0.9", community = "topsecret", colorCapable = true });
        var credential = await CallAsync(HttpMethod.Post, "/api/v1/devices/cellar/credential");

        Assert.That(added.Status, Is.EqualTo(HttpStatusCode.Created), added.Body.ToString());
        Assert.That((await GetAsync("/api/v1/devices/cellar")).ToString(), Does.Not.Contain("topsecret").And.Contain("\"hasCredential\":true"));
        Assert.That(credential.Body.GetProperty("secret").GetString(), Does.StartWith("cd_"));
        Assert.That((await CallAsync(HttpMethod.Delete, "/api/v1/devices/cellar")).Status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await GetAsync("/api/v1/devices")).GetProperty("items").GetArrayLength(), Is.EqualTo(2));
    }

    [Test]
    public async Task Meters_balance_and_coverage_agree_to_the_page()
    {
        JsonElement readings = (await GetAsync("/api/v1/devices/hall/meters?from=2026-03-01&to=2026-04-30")).GetProperty("items");
        JsonElement whole = await GetAsync("/api/v1/devices/hall/balance");
        JsonElement april = await GetAsync("/api/v1/devices/hall/balance?from=2026-04-01&to=2026-04-30");
        JsonElement coverage = await GetAsync("/api/v1/coverage?from=2026-03-01&to=2026-04-30&device=hall");

        Assert.That(readings[0].GetProperty("counters")[0].GetProperty("value").GetInt64(), Is.EqualTo(1000));
        Assert.That(readings[0].GetProperty("counters")[0].GetProperty("function").GetString(), Is.EqualTo("copy"));
        Assert.That((whole.GetProperty("epochs")[0].GetProperty("metered").GetInt64(), whole.GetProperty("epochs")[0].GetProperty("difference").GetInt64()), Is.EqualTo((15L, 0L)));
        Assert.That((april.GetProperty("epochs")[0].GetProperty("metered").GetInt64(), april.GetProperty("epochs")[0].GetProperty("ledger").GetInt64()), Is.EqualTo((1L, 1L)));
        Assert.That(whole.GetProperty("violations").GetArrayLength() + april.GetProperty("violations").GetArrayLength(), Is.Zero);
        Assert.That(coverage.GetProperty("rows")[0].GetProperty("explained").GetProperty("directPrint").GetInt64(), Is.EqualTo(5));
        Assert.That(coverage.GetProperty("totals").GetProperty("unexplained").GetInt64(), Is.Zero);
    }

    [Test]
    public async Task Sessions_are_paged_by_the_time_at_which_they_began_not_by_their_number()
    {
        List<(DateTimeOffset At, string Id)> all = [];
        string? next = null;
        do
        {
            JsonElement page = await GetAsync("/api/v1/sessions?limit=1" + (next is null ? "" : "&cursor=" + next));
            all.AddRange(page.GetProperty("items").EnumerateArray().Select(s => (s.GetProperty("openedAt").GetDateTimeOffset(), s.GetProperty("id").GetString()!)));
            next = page.TryGetProperty("next", out JsonElement cursor) ? cursor.GetString() : null;
        }
        while (next is not null);

        Assert.That(all.Select(s => s.Id), Is.Unique.And.Exactly(3).Items);
        Assert.That(all.Select(s => s.At), Is.Ordered.Descending);
        Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/sessions?cursor=MTI")).Status, Is.EqualTo(HttpStatusCode.BadRequest), "a place of a list in another order");
    }

    [Test]
    public async Task Sessions_are_filtered()
    {
        Assert.That((await GetAsync("/api/v1/sessions")).GetProperty("items").GetArrayLength(), Is.EqualTo(3));
        JsonElement alice = (await GetAsync("/api/v1/sessions?user=ALICE&state=settled&from=2026-03-01&to=2026-04-30")).GetProperty("items")[0];
        Assert.That((alice.GetProperty("device").GetString(), alice.GetProperty("project").GetString(), alice.GetProperty("endReason").GetString()), Is.EqualTo(("hall", "P1", "user")));
        Assert.That((await GetAsync("/api/v1/sessions?state=open")).GetProperty("items").GetArrayLength(), Is.Zero);
        Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/sessions?state=7")).Status, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task A_terminal_is_locked_and_revoked_through_the_walk_up()
    {
        Assert.That((await GetAsync("/api/v1/terminals")).GetProperty("items")[0].GetProperty("device").GetString(), Is.EqualTo("hall"));
        Assert.That((await CallAsync(HttpMethod.Post, "/api/v1/terminals/t1/lock")).Body.GetProperty("sessionEnded").GetBoolean(), Is.True);
        Assert.That((await CallAsync(HttpMethod.Post, "/api/v1/terminals/t1/revoke")).Status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That(Locked, Is.EqualTo(new[] { "t1", "revoked t1" }));
        Assert.That((await CallAsync(HttpMethod.Post, "/api/v1/terminals/t9/lock")).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Nothing_is_allowed_that_is_not_said()
    {
        string monitor = await TokenAsync(Roles.Monitor);
        string user = await TokenAsync(Roles.User);
        string bonn = await TokenAsync(Roles.Administrator, "site=Bonn");
        string sales = await TokenAsync(Roles.Manager, "department=Sales");
        string odd = await TokenAsync(Roles.Administrator, "planet=Mars");
        string expired = await TokenAsync(Roles.Administrator, null, TimeSpan.FromSeconds(-1));

        Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/users", token: "")).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/users", token: odd)).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/users", token: expired)).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/users", token: monitor)).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        foreach (ApiEndpoint endpoint in ApiServices.Endpoints(Services).Where(e => e.Access is not null))
        {
            string path = "/api/v1" + endpoint.Path.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal);
            Assert.That((await CallAsync(new HttpMethod(endpoint.Method), path, token: user)).Status, Is.EqualTo(HttpStatusCode.Forbidden), path);
        }

        Assert.That((await GetAsync("/api/v1/devices", bonn)).GetProperty("items").GetArrayLength(), Is.EqualTo(1));
        Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/devices/hall", token: bonn)).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await CallAsync(HttpMethod.Post, "/api/v1/terminals/t1/lock", token: bonn)).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await CallAsync(HttpMethod.Put, "/api/v1/devices/attic", new { location = "x" }, bonn)).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await GetAsync("/api/v1/users", sales)).GetProperty("items").GetArrayLength(), Is.EqualTo(1));
        Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/users/bob", token: sales)).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await GetAsync("/api/v1/reports/users?from=2026-03-01&to=2026-04-30", sales)).GetProperty("totals").GetProperty("impressions").GetInt64(), Is.EqualTo(7));
        Assert.That((await GetAsync("/api/v1/sessions", sales)).GetProperty("items").GetArrayLength(), Is.EqualTo(1));
    }

    [TestCase("{\"displayName\":\"x\",\"wrong\":1}", 400)]
    [TestCase("{\"displayName\":\"x\",\"displayName\":\"y\"}", 400)]
    [TestCase("{\"displayName\":{\"a\":{}}}", 400)]
    [TestCase("{", 400)]
    [TestCase("null", 400)]
    [TestCase("[]", 400)]
    [TestCase("{\"enabled\":\"maybe\"}", 400)]
    [TestCase("{\"pin\":\"111111\"}", 422)]
    [TestCase("{\"functions\":[\"fly\"]}", 422)]
    [TestCase("{\"username\":\"somebody\"}", 400)]
    public async Task A_bad_body_is_refused_with_cause_and_next_step(string body, int status)
    {
        var (code, problem) = await CallAsync(HttpMethod.Put, "/api/v1/users/mallory", new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.That((int)code, Is.EqualTo(status), problem.ToString());
        Assert.That(problem.GetProperty("detail").GetString(), Is.Not.Empty);
        Assert.That(problem.GetProperty("action").GetString(), Is.Not.Empty);
        Assert.That(problem.ToString(), Does.Not.Contain("111111").And.Not.Contain("Exception"));
        Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/users/mallory")).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Large_deep_and_foreign_bodies_are_refused()
    {
        string deep = "{\"groups\":" + new string('[', 5000) + new string(']', 5000) + "}";
        Assert.That((int)(await CallAsync(HttpMethod.Put, "/api/v1/users/m", new StringContent(deep, Encoding.UTF8, "application/json"))).Status, Is.EqualTo(400));
        Assert.That((int)(await CallAsync(HttpMethod.Put, "/api/v1/users/m", new StringContent(new string(' ', 70_000), Encoding.UTF8, "application/json"))).Status, Is.EqualTo(413));
        Assert.That((int)(await CallAsync(HttpMethod.Put, "/api/v1/users/m", new StringContent("a=b"))).Status, Is.EqualTo(415));
        Assert.That((int)(await CallAsync(HttpMethod.Get, "/api/v1/users?cursor=%00")).Status, Is.EqualTo(400));
        Assert.That((int)(await CallAsync(HttpMethod.Get, "/api/v1/users?limit=0")).Status, Is.EqualTo(400));
        Assert.That((int)(await CallAsync(HttpMethod.Get, "/api/v1/ledger?from=soon")).Status, Is.EqualTo(400));
        Assert.That((int)(await CallAsync(HttpMethod.Get, "/api/v1/reports/pages")).Status, Is.EqualTo(404));
        Assert.That((int)(await CallAsync(HttpMethod.Post, "/api/v1/accounting/jobs", token: "")).Status, Is.EqualTo(401));
        Assert.That((int)(await CallAsync(HttpMethod.Get, "/api/v2/users")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task Device_is_read_at_once_and_what_came_of_it_is_told()
    {
        string monitor = await TokenAsync(Roles.Monitor);
        Assert.That((await CallAsync(HttpMethod.Post, "/api/v1/devices/hall/read", token: monitor)).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await CallAsync(HttpMethod.Post, "/api/v1/devices/nowhere/read")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(Reads.Asked, Is.Empty);
        JsonElement silent = (await CallAsync(HttpMethod.Post, "/api/v1/devices/hall/read")).Body;
        Assert.That(silent.ToString(), Does.Contain("\"meters\":\"failed\"").And.Contain("\"inventory\":\"failed\",\"reason\":\"no answer\""));
        Reads.Answer = new(new CopyTrack.Server.Polling.ReadNow.InSession(), null);
        JsonElement busy = (await CallAsync(HttpMethod.Post, "/api/v1/devices/hall/read")).Body;
        Assert.That(busy.ToString(), Does.Contain("\"meters\":\"inSession\"").And.Contain("\"inventory\":\"read\""));
    }

    [Test]
    public async Task Context_of_version_3_and_a_host_name_are_kept()
    {
        await CallAsync(HttpMethod.Put, "/api/v1/devices/Loft", new { address = "loft.example", snmpVersion = "3", v3User = "reader", v3Context = "Jetdirect" });
        JsonElement device = await GetAsync("/api/v1/devices/loft");
        Assert.That((device.GetProperty("address").GetString(), device.GetProperty("v3Context").GetString()), Is.EqualTo(("loft.example", "Jetdirect")));
        await CallAsync(HttpMethod.Put, "/api/v1/devices/Loft", new { v3Context = (string?)null });
        Assert.That((await GetAsync("/api/v1/devices/loft")).GetProperty("v3Context").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That((await CallAsync(HttpMethod.Put, "/api/v1/devices/Loft", new { v3Context = new string('x', 256) })).Status, Is.EqualTo(HttpStatusCode.BadRequest).Or.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That((await CallAsync(HttpMethod.Delete, "/api/v1/devices/loft")).Status, Is.EqualTo(HttpStatusCode.NoContent));
    }

    [Test]
    public async Task The_document_tells_every_route_and_no_other()
    {
        JsonElement document = await GetAsync("/api/v1/openapi.json", "");
        string[] told = [.. document.GetProperty("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject().Select(o => $"{o.Name.ToUpperInvariant()} /api/v1{p.Name}"))];
        string[] routed = [.. Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.StartsWith("/api/v1/", StringComparison.Ordinal) && !e.RoutePattern.RawText.EndsWith("openapi.json", StringComparison.Ordinal))
            .SelectMany(e => e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(m => $"{m} {e.RoutePattern.RawText}"))];
        string[] promised =
        [
            "GET /users/{username}", "PUT /users/{username}", "DELETE /users/{username}", "GET /users", "POST /users/{username}/cards", "POST /users/{username}/activation-code",
            "GET /devices/{name}", "PUT /devices/{name}", "DELETE /devices/{name}", "GET /devices", "GET /devices/{name}/meters", "GET /devices/{name}/balance", "GET /devices/{name}/inventory", "POST /devices/{name}/read", "GET /terminals",
            "POST /terminals/{id}/lock", "POST /terminals/{id}/revoke", "POST /devices/{name}/credential", "GET /sessions", "GET /ledger", "GET /reports/{name}", "GET /coverage",
            "POST /accounting/jobs", "POST /accounting/authorize", "POST /accounting/panels/brother", "POST /accounting/panels/done", "GET /events", "POST /discoveries", "GET /discoveries/{id}", "DELETE /discoveries/{id}",
            "GET /directories", "GET /directories/{name}", "PUT /directories/{name}", "DELETE /directories/{name}", "GET /directories/{name}/check", "GET /directories/{name}/runs", "POST /directories/{name}/replicate", "DELETE /devices/{name}/credential", "GET /accounting/receipts", "POST /accounting/makers/{adapter}",
            "GET /accounting/conflicts", "GET /accounting/attempts", "GET /accounts", "PUT /accounts/{kind}/{value}", "DELETE /accounts/{kind}/{value}",
            "GET /fleet/nodes", "PUT /fleet/nodes/{name}", "GET /fleet/agents", "POST /fleet/agents/{name}/code", "POST /fleet/agents/{name}/revoke", "POST /fleet/agents/{name}/wants", "GET /fleet/agents/{name}/acknowledgement",
            "GET /webhooks", "GET /webhooks/{name}", "PUT /webhooks/{name}", "DELETE /webhooks/{name}", "POST /webhooks/{name}/secret", "POST /webhooks/{name}/resume", "POST /webhooks/{name}/test",
            "GET /webhooks/{name}/events", "POST /webhooks/{name}/events/{id}/send",
            "GET /fleet/devices", "GET /fleet/devices/{name}", "GET /fleet/devices/{name}/readings", "GET /fleet/devices/{name}/offsets", "POST /fleet/devices/{name}/offsets", "GET /fleet/meter-reads", "GET /fleet/refusals", "GET /fleet/links", "POST /fleet/agents/{name}/devices/{key}/part", "GET /fleet/alert-rules", "POST /fleet/alert-rules", "GET /fleet/alert-rules/{id}", "PUT /fleet/alert-rules/{id}", "DELETE /fleet/alert-rules/{id}",
            "GET /fleet/alerts", "GET /fleet/alerts/{id}", "POST /fleet/alerts/{id}/note", "POST /fleet/alerts/{id}/send",
            "GET /fleet/updates", "GET /fleet/packages", "POST /fleet/packages", "PUT /fleet/packages/{id}/stage", "POST /fleet/packages/{id}/halt", "POST /fleet/packages/{id}/resume", "DELETE /fleet/packages/{id}",
            "GET /coverage/worst", "GET /directories/{name}/mapping", "PUT /directories/{name}/mapping", "GET /price-lists", "GET /price-lists/{name}", "PUT /price-lists/{name}",
            "DELETE /price-lists/{name}", "GET /quotas", "PUT /quotas/{kind}/{subject}", "GET /devices/{name}/charging", "PUT /devices/{name}/charging", "GET /licence",
            "GET /saved-reports", "GET /saved-reports/{name}", "PUT /saved-reports/{name}", "DELETE /saved-reports/{name}", "GET /report-schedules", "POST /report-schedules", "PUT /report-schedules/{id}",
            "DELETE /report-schedules/{id}", "GET /report-deliveries", "POST /report-deliveries/{id}/send",
            "GET /audit-log", "POST /users/{username}/merge", "POST /users/{username}/pin", "POST /access-log/{id}/assign", "GET /users/{username}/export", "GET /retention", "PUT /retention/{field}",
        ];

        Assert.That(told, Is.EquivalentTo(routed));
        Assert.That(told, Is.EquivalentTo(promised.Select(p => p.Replace(" /", " /api/v1/", StringComparison.Ordinal))));
        foreach (Match reference in Regex.Matches(document.ToString(), "#/components/schemas/(\\w+)"))
        {
            Assert.That(document.GetProperty("components").GetProperty("schemas").TryGetProperty(reference.Groups[1].Value, out _), Is.True, reference.Value);
        }
    }

    [Test]
    public async Task Events_reach_a_listener_in_its_scope_and_go_on_after_an_id()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(20));
        using HttpClient client = new() { BaseAddress = Address };
        using HttpRequestMessage request = new(HttpMethod.Get, "/api/v1/events");
        request.Headers.Add("Authorization", "Bearer " + await TokenAsync(Roles.Monitor, "site=Berlin"));
        request.Headers.Add("Last-Event-ID", "0");
        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        using StreamReader lines = new(await response.Content.ReadAsStreamAsync(patience.Token));
        List<string> events = [];
        while (events.Count(e => e == "event: session.settled") < 2)
        {
            events.Add((await lines.ReadLineAsync(patience.Token))!);
        }

        Assert.That(events, Has.Some.EqualTo("event: alert"));
        Assert.That(events.Where(e => e.StartsWith("data:", StringComparison.Ordinal)), Has.All.Contain("\"device\":\"hall\""));
        await Database.WriteAsync((c, _) => c.ExecuteAsync("insert into outbox (at, topic, device_id, payload) values (0, 'alert', @Hall, '{\"kind\":\"test\"}')", new { Hall }), default);
        while (events[^1].Contains("\"kind\":\"test\"", StringComparison.Ordinal) is false)
        {
            events.Add((await lines.ReadLineAsync(patience.Token))!);
        }
    }
}
