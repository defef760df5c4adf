using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Data.Webhooks;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Secrets;
using CopyTrack.Server.Tests.Api;
using CopyTrack.Server.Tests.Data;
using CopyTrack.Server.Tests.Reports;
using CopyTrack.Server.Webhooks;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Webhooks;

[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
[NonParallelizable] // One receiver that the tests tell what to answer.
internal sealed class WebhookTests : SiteFixture
{
    private static readonly IPNetwork[] s_loopback = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")];
    private readonly List<IDisposable> _open = [];
    private SimulatedTime _time = new(DateTimeOffset.UtcNow);
    private Receiver _receiver = null!;
    private WebhookOptions _options = new();

    public WebhookTests(Db db)
        : base(db) => Webhooks = new WebhookOptions { AllowNetworks = [.. s_loopback] };

    private string Hook => $"https://localhost:{_receiver.Port}/hook";

    [OneTimeSetUp]
    public async Task ListenAsync()
    {
        _receiver = await Receiver.StartAsync();
        _options = Webhooks with { Authorities = new X509Certificate2Collection(_receiver.Authority), Timeout = TimeSpan.FromSeconds(2) };
    }

    [OneTimeTearDown]
    public async Task CloseAsync()
    {
        foreach (IDisposable one in _open)
        {
            one.Dispose();
        }

        await _receiver.DisposeAsync();
    }

    [SetUp]
    public async Task BeginAnewAsync()
    {
        await Database.WriteAsync((c, _) => c.ExecuteAsync("delete from webhook"), default);
        (_receiver.Status, _receiver.Location, _receiver.Delay) = (204, null, TimeSpan.Zero);
        _receiver.All.Clear();
        // What is asked for by REST has the real time; it is due for this clock.
        _time = new SimulatedTime(DateTimeOffset.UtcNow.AddHours(1));
    }

    [Test]
    public async Task Settled_session_reaches_the_receiver_signed_with_its_pages()
    {
        string secret = await PutAsync("billing", ["session.settled"], userNames: true);
        await SessionAsync(Hall, Alice, new DateTimeOffset(2026, 4, 1, 9 + (int)Db, 0, 0, TimeSpan.Zero), 4, 3, 0, 7);

        await RunAsync(Sender());

        Received got = _receiver.All.Single();
        Assert.That(got.IsSignedBy(secret), Is.True);
        Assert.That(got.Path, Is.EqualTo("/hook"));
        JsonElement data = got.Json.GetProperty("data");
        Assert.That((got.Json.GetProperty("type").GetString(), got.Json.GetProperty("device").GetString(), got.Json.GetProperty("site").GetString()), Is.EqualTo(("session.settled", "hall", "Berlin")));
        Assert.That((data.GetProperty("user").GetString(), data.GetProperty("project").GetString(), data.GetProperty("reason").GetString()), Is.EqualTo(("alice", "P1", "User")));
        Assert.That((data.GetProperty("counts").GetProperty("impressions").GetInt64(), data.GetProperty("counts").GetProperty("color").GetInt64()), Is.EqualTo((7, 3)));
        Assert.That(data.TryGetProperty("person", out _), Is.False);
        JsonElement log = (await GetAsync("/api/v1/webhooks/billing/events")).GetProperty("items")[0];
        Assert.That((log.GetProperty("state").GetString(), log.GetProperty("tries")[0].GetProperty("status").GetInt32()), Is.EqualTo(("delivered", 204)));
        Assert.That(await Database.CountAsync("select count(*) from webhook_event where payload like '%alice%'"), Is.Zero, "no name is kept");
    }

    [Test]
    public async Task People_are_not_named_unless_asked_for()
    {
        await PutAsync("quiet", ["session.settled"]);
        await SessionAsync(Attic, Bob, new DateTimeOffset(2026, 4, 1, 12, 0, 0, TimeSpan.Zero), 2);

        await RunAsync(Sender());

        Assert.That(_receiver.All.Single().Json.ToString(), Does.Not.Contain("bob").And.Not.Contain("\"user\""));
    }

    [Test]
    public async Task Two_nodes_send_each_event_once_and_only_what_is_asked_for()
    {
        await PutAsync("bypasses", ["panel.bypass", "supply.low"]);
        for (int i = 0; i < 40; i++)
        {
            await TellAsync("alert", "panelBypass", Hall);
            await TellAsync("alert", "meterReset", Hall);
        }

        await TellAsync("supply.low", "toner", Attic);
        await Task.WhenAll(RunAsync(Sender("one")), RunAsync(Sender("two")));
        await RunAsync(Sender("three"));

        Assert.That(_receiver.All.Select(r => r.Id).Distinct().Count(), Is.EqualTo(41));
        Assert.That(_receiver.All, Has.Count.EqualTo(41));
        Assert.That(_receiver.All.Count(r => r.Json.GetProperty("type").GetString() == "panel.bypass"), Is.EqualTo(40));
    }

    [Test]
    public async Task Failed_try_is_repeated_with_the_same_id_and_each_try_is_shown()
    {
        await PutAsync("flaky", ["alert"]);
        await TellAsync("alert", "panelError", Hall);
        _receiver.Status = 500;
        await RunAsync(Sender());
        await RunAsync(Sender());
        Assert.That(_receiver.All, Has.Count.EqualTo(1), "not before its time");
        _receiver.Status = 200;
        _time.Advance(TimeSpan.FromSeconds(7));
        await RunAsync(Sender());

        Assert.That(_receiver.All.Select(r => r.Id).Distinct().Count(), Is.EqualTo(1));
        Assert.That(_receiver.All, Has.Count.EqualTo(2));
        JsonElement tries = (await GetAsync("/api/v1/webhooks/flaky/events")).GetProperty("items")[0].GetProperty("tries");
        Assert.That(tries.EnumerateArray().Select(t => t.GetProperty("status").GetInt32()), Is.EqualTo(new[] { 500, 200 }));
        Assert.That(tries[0].GetProperty("cause").GetString(), Is.EqualTo("it answered 500"));
        Assert.That((await GetAsync("/api/v1/webhooks/flaky")).GetProperty("state").GetString(), Is.EqualTo("good"));
    }

    [Test]
    public async Task Redirect_is_not_followed_and_a_slow_receiver_is_left()
    {
        await PutAsync("moved", ["alert"]);
        await TellAsync("alert", "panelError", Hall);
        (_receiver.Status, _receiver.Location) = (302, $"https://localhost:{_receiver.Port}/elsewhere");
        await RunAsync(Sender());
        (_receiver.Status, _receiver.Location, _receiver.Delay) = (200, null, TimeSpan.FromSeconds(20));
        _time.Advance(TimeSpan.FromSeconds(7));
        await RunAsync(Sender());

        Assert.That(_receiver.All.Select(r => r.Path), Is.All.EqualTo("/hook"));
        string[] causes = await CausesAsync("moved");
        Assert.That(causes[0], Does.Contain("redirect (302), which is not followed"));
        Assert.That(causes[1], Is.EqualTo("no answer within 2 s"));
    }

    [Test]
    public async Task Private_addresses_and_foreign_certificates_are_refused_at_the_connection_too()
    {
        await PutAsync("inner", ["alert"]);
        await TellAsync("alert", "panelError", Hall);
        await RunAsync(Sender(options: _options with { AllowNetworks = [] }));
        _time.Advance(TimeSpan.FromSeconds(7));
        await RunAsync(Sender(options: _options with { Authorities = null }));

        Assert.That(_receiver.All, Is.Empty);
        string[] causes = await CausesAsync("inner");
        Assert.That(causes[0], Does.Contain("is no public address"));
        Assert.That(causes[1], Does.Contain("its certificate is not trusted"));
    }

    [Test]
    public async Task Receiver_that_takes_nothing_for_days_is_paused_told_and_resumed_by_a_person()
    {
        await PutAsync("dead", ["alert"]);
        await PutAsync("gone", ["supply.low"]);
        _receiver.Status = 503;
        await TellAsync("alert", "panelError", Hall);
        await RunAsync(Sender());
        _time.Advance(TimeSpan.FromDays(5) + TimeSpan.FromMinutes(1));
        await TellAsync("alert", "meterReset", Hall);
        await RunAsync(Sender());
        _receiver.Status = 410;
        await TellAsync("supply.low", "toner", Hall);
        await RunAsync(Sender());

        JsonElement dead = await GetAsync("/api/v1/webhooks/dead");
        Assert.That((dead.GetProperty("state").GetString(), dead.GetProperty("pausedReason").GetString()), Is.EqualTo(("paused", "it took nothing for 5 days; last: it answered 503")));
        Assert.That((await GetAsync("/api/v1/webhooks/gone")).GetProperty("pausedReason").GetString(), Does.Contain("410"));
        Assert.That(await Database.CountAsync("select count(*) from outbox where topic = 'alert' and payload like '%webhookPaused%dead%'"), Is.EqualTo(1));
        Assert.That((await GetAsync("/api/v1/webhooks/dead/events")).GetProperty("items").EnumerateArray().Select(e => e.GetProperty("state").GetString()), Does.Contain("givenUp"), "it waited for more than three days");
        _receiver.Status = 204;
        _receiver.All.Clear();
        await TellAsync("alert", "quarantined", Hall);
        await RunAsync(Sender());
        Assert.That(_receiver.All, Is.Empty, "paused");
        Assert.That((await CallAsync(HttpMethod.Post, "/api/v1/webhooks/dead/resume")).Status, Is.EqualTo(HttpStatusCode.OK));
        await RunAsync(Sender());
        Assert.That(_receiver.All.Select(r => r.Json.GetProperty("data").GetProperty("kind").GetString()), Is.EqualTo(new[] { "meterReset" }), "what waited comes, what happened in the pause does not");
    }

    [Test]
    public async Task Secret_is_told_once_and_both_sign_while_it_is_replaced()
    {
        string first = await PutAsync("rotated", ["alert"]);
        JsonElement listed = await GetAsync("/api/v1/webhooks");
        Assert.That(listed.ToString(), Does.Not.Contain(first));
        Assert.That((await CallAsync(HttpMethod.Put, "/api/v1/webhooks/rotated", new { enabled = true })).Body.GetProperty("secret").ValueKind, Is.EqualTo(JsonValueKind.Null));
        string second = (await CallAsync(HttpMethod.Post, "/api/v1/webhooks/rotated/secret")).Body.GetProperty("secret").GetString()!;
        Assert.That((await CallAsync(HttpMethod.Post, "/api/v1/webhooks/rotated/test")).Status, Is.EqualTo(HttpStatusCode.Accepted));
        await RunAsync(Sender());

        Received got = _receiver.All.Single();
        Assert.That((got.Json.GetProperty("type").GetString(), got.IsSignedBy(first), got.IsSignedBy(second)), Is.EqualTo(("test", true, true)));
        _time.Advance(TimeSpan.FromHours(25));
        Assert.That((await CallAsync(HttpMethod.Post, $"/api/v1/webhooks/rotated/events/{got.Id}/send")).Status, Is.EqualTo(HttpStatusCode.Accepted));
        await RunAsync(Sender());
        Received later = _receiver.All.Last();
        Assert.That((later.Id, later.IsSignedBy(first), later.IsSignedBy(second)), Is.EqualTo((got.Id, false, true)));
        Assert.That(await Database.CountAsync("select count(*) from audit_log where subject = 'webhook:rotated' and (coalesce(before_value, '') || coalesce(after_value, '')) like '%whsec%'"), Is.Zero);
    }

    [Test]
    public async Task Bad_values_are_refused_with_their_reason_and_other_roles_and_organisations_get_nothing()
    {
        Assert.That((await CallAsync(HttpMethod.Put, "/api/v1/webhooks/x", new { address = "http://example.com", events = new[] { "alert", "all" } })).Body.ToString(), Does.Contain("is no kind of event"));
        Assert.That((await CallAsync(HttpMethod.Put, "/api/v1/webhooks/x", new { address = "https://192.168.1.1/", events = new[] { "alert" } })).Body.ToString(), Does.Contain("no public address"));
        Assert.That((await CallAsync(HttpMethod.Put, "/api/v1/webhooks/x", new { events = new[] { "alert" } })).Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That((await CallAsync(HttpMethod.Post, "/api/v1/webhooks/none/test")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/webhooks", token: await TokenAsync("manager"))).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/webhooks", token: await TokenAsync("administrator", "site=Berlin"))).Status, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task Message_that_was_not_spread_is_not_purged_and_a_late_commit_is_found()
    {
        await PutAsync("late", ["alert"]);
        await RunAsync(Sender());
        // A number that was given first and is committed last.
        await TellAsync("other", "held back", Hall);
        long id = await Database.CountAsync("select max(id) from outbox");
        await Database.WriteAsync((c, _) => c.ExecuteAsync("delete from outbox where id = @id", new { id }), default);
        await Database.WriteAsync((c, _) => c.ExecuteAsync("insert into outbox (at, topic, payload) values (1, 'alert', '{\"kind\":\"late\"}')"), default);
        await Database.WriteAsync((c, _) => c.ExecuteAsync(Database.Sql["Outbox_Purge"], new { before = DateTimeOffset.UtcNow.ToMicros(), alertsBefore = DateTimeOffset.UtcNow.ToMicros() }), default);
        await RunAsync(Sender());
        _time.Advance(TimeSpan.FromSeconds(30));
        await Database.WriteAsync((c, _) => c.ExecuteAsync(Insert("later"), new { id }), default);
        await RunAsync(Sender());

        Assert.That(_receiver.All.Select(r => r.Json.GetProperty("data").GetProperty("kind").GetString()), Is.EqualTo(new[] { "late", "later" }));
        Assert.That(_receiver.All.First().Json.GetProperty("device").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    private string Insert(string kind) =>
        $"insert into outbox (id, at, topic, payload) {(Db == Db.PostgreSql ? "overriding system value" : "")} values (@id, 1, 'alert', '{{\"kind\":\"{kind}\"}}')";

    private async Task<string> PutAsync(string name, string[] events, bool userNames = false)
    {
        (HttpStatusCode status, JsonElement body) = await CallAsync(HttpMethod.Put, "/api/v1/webhooks/" + name, new { address = Hook, events, userNames });
        Assert.That(status, Is.EqualTo(HttpStatusCode.Created), body.ToString());
        return body.GetProperty("secret").GetString()!;
    }

    private async Task<string[]> CausesAsync(string name) =>
        [.. (await GetAsync($"/api/v1/webhooks/{name}/events")).GetProperty("items")[0].GetProperty("tries").EnumerateArray().Select(t => t.GetProperty("cause").GetString()!)];

    private Task TellAsync(string topic, string kind, long device) => Database.WriteAsync(
        (c, _) => c.ExecuteAsync("insert into outbox (at, topic, device_id, payload) values (@at, @topic, @device, @payload)", new { at = _time.GetUtcNow(), topic, device, payload = JsonSerializer.Serialize(new { kind }) }), default);

    private WebhookSender Sender(string node = "node", WebhookOptions? options = null)
    {
        WebhookQueue queue = new(Database, new AuditLog(Database, Ids, _time));
        WebhookTransport transport = new(options ?? _options);
        WebhookSender sender = new(
            queue, new WebhookBodies(queue, new SessionCounts(Database, ReportOptions), ReportOptions), transport, Services.GetRequiredService<ISecretSealer>(), options ?? _options, Options with { Node = node }, _time,
            NullLogger<WebhookSender>.Instance);
        _open.AddRange([transport, sender]);
        return sender;
    }

    private static async Task RunAsync(WebhookSender sender)
    {
        while (await sender.RoundAsync(default) > 0)
        {
            // As long as something was there to do.
        }
    }
}
