using System.Net;
using System.Text.Json;
using CopyTrack.Accounting.Charging;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Api;
using CopyTrack.Server.Charging;
using CopyTrack.Server.Data;
using CopyTrack.Server.Tests.Api;
using CopyTrack.Server.Tests.Data;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Charging;

[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class ChargingTests(Db db) : SiteFixture(db)
{
    [Test]
    public async Task A_price_list_is_kept_shown_and_used_and_what_was_booked_keeps_its_cost()
    {
        decimal before = Cost(await GetAsync("/api/v1/reports/users?from=2026-03-01&to=2026-04-30"));
        (HttpStatusCode added, JsonElement list) = await CallAsync(HttpMethod.Put, "/api/v1/price-lists/Hall staff", new { from = "2026-01-01T00:00:00Z", mono = 0.05m, sheet = 0.01m, devices = new[] { "HALL" }, groups = new[] { "Staff" } });
        Assert.That((added, list.GetProperty("mono").GetDecimal(), list.GetProperty("devices")[0].GetString()), Is.EqualTo((HttpStatusCode.Created, 0.05m, "HALL")));
        Assert.That((await CallAsync(HttpMethod.Put, "/api/v1/price-lists/hall STAFF", new { from = "2026-01-01T00:00:00Z", mono = 0.06m, devices = new[] { "HALL" } })).Status, Is.EqualTo(HttpStatusCode.OK));

        PriceBooks books = Services.GetRequiredService<PriceBooks>();
        await books.LoadAsync(default);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        Assert.That((books.Current.For(now, Hall, null).Mono, books.Current.For(now, Attic, null).Mono), Is.EqualTo((60_000L, Prices.Mono)));
        Assert.That(Cost(await GetAsync("/api/v1/reports/users?from=2026-03-01&to=2026-04-30")), Is.EqualTo(before).And.Positive);
        Assert.That(Cost(await GetAsync("/api/v1/reports/users?from=2026-03-01T00:00:00Z&to=2026-04-30T00:00:00Z")), Is.EqualTo(before), "out of the entries as out of the roll-ups");

        Assert.That((await CallAsync(HttpMethod.Delete, "/api/v1/price-lists/Hall Staff")).Status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/price-lists/Hall Staff")).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [TestCase("{\"mono\":-1}")]
    [TestCase("{\"mono\":0.0000001}")]
    [TestCase("{\"mono\":1000001}")]
    [TestCase("{\"from\":\"2026-02-01T00:00:00Z\",\"until\":\"2026-02-01T00:00:00Z\"}")]
    [TestCase("{\"from\":\"9999-12-31T00:00:00Z\"}")]
    [TestCase("{\"devices\":[\"a;b\"]}")]
    public async Task What_no_price_list_can_be_is_refused(string body) =>
        Assert.That((int)(await CallAsync(HttpMethod.Put, "/api/v1/price-lists/bad", new StringContent(body, System.Text.Encoding.UTF8, "application/json"))).Status, Is.EqualTo(422));

    [Test]
    public async Task Limits_of_users_departments_and_projects_tell_what_was_spent()
    {
        foreach (string path in new[] { "user/ALICE", "department/Sales", "project/p1" })
        {
            (HttpStatusCode status, JsonElement quota) = await CallAsync(HttpMethod.Put, $"/api/v1/quotas/{path}", new { period = "ever", soft = 0.1m, hard = 5m, extra = 1m });
            Assert.That((status, quota.GetProperty("used").GetDecimal(), quota.GetProperty("left").GetDecimal(), quota.GetProperty("warning").GetBoolean()),
                Is.EqualTo((HttpStatusCode.OK, 0.38m, 5.62m, false)), path);
        }

        Assert.That((await GetAsync("/api/v1/quotas")).GetProperty("items").GetArrayLength(), Is.EqualTo(3));
        List<string> pages = [];
        for (string? next = ""; next is not null;)
        {
            JsonElement page = await GetAsync($"/api/v1/quotas?limit=1&cursor={next}");
            pages.Add(string.Join(',', page.GetProperty("items").EnumerateArray().Select(q => q.GetProperty("kind").GetString())));
            next = page.GetProperty("next").GetString();
        }

        Assert.That(pages, Is.EqualTo(new[] { "user", "department", "project" }), "page by page, in one order");
        Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/quotas?cursor=MTI")).Status, Is.EqualTo(HttpStatusCode.BadRequest), "a place of a list in another order");
        Assert.That((await CallAsync(HttpMethod.Put, "/api/v1/quotas/user/nobody", new { hard = 1m })).Status, Is.EqualTo(HttpStatusCode.NotFound));
        foreach (string path in new[] { "user/alice", "department/Sales", "project/p1" })
        {
            Assert.That((await CallAsync(HttpMethod.Put, $"/api/v1/quotas/{path}", new { })).Status, Is.EqualTo(HttpStatusCode.NoContent), "neither soft nor hard takes it away");
        }
    }

    [Test]
    public async Task A_login_brings_its_limits_along_in_the_same_look()
    {
        await Database.WriteAsync((c, _) => c.ExecuteAsync("insert into card (id, org_id, key_id, hash, person_id, added_by, added_at) values (77, 1, 'k', @hash, @Alice, 't', 0)", new { hash = new byte[] { 1, 2 }, Alice }), default);
        await CallAsync(HttpMethod.Put, "/api/v1/quotas/user/alice", new { period = "month", hard = 0.2m });
        await CallAsync(HttpMethod.Put, "/api/v1/quotas/department/Sales", new { period = "year", soft = 0.1m });
        await CallAsync(HttpMethod.Put, "/api/v1/devices/hall/charging", new { atZero = "lock" });
        ILoginLookup lookup = DataServices.Lookup(Database);
        await using IAsyncDisposable closing = (IAsyncDisposable)lookup;
        LoginQuestion question = new(1, "t", Hall, null, [new KeyedHash("k", new byte[] { 1, 2 })], []) { Today = new DateOnly(2026, 3, 31) };
        LoginAnswer march = await lookup.AskAsync(question, default);
        LoginAnswer april = await lookup.AskAsync(question with { Today = new DateOnly(2026, 4, 1) }, default);

        Assert.That(march.LocksAtZero, Is.True);
        Assert.That(march.Person!.Limits.OrderBy(l => l.Kind), Is.EqualTo(new[] { new QuotaUse(QuotaKind.Person, null, 200_000, 0, 380_000), new QuotaUse(QuotaKind.Department, 100_000, null, 0, 380_000) }));
        Assert.That((CreditRules.Of(march.Person.Limits).MayCopy, CreditRules.Of(april.Person!.Limits).MayCopy), Is.EqualTo((false, true)), "a new month begins anew");
        await CallAsync(HttpMethod.Put, "/api/v1/quotas/user/alice", new { });
        await CallAsync(HttpMethod.Put, "/api/v1/quotas/department/Sales", new { });
        Assert.That((await lookup.AskAsync(question, default)).Person!.Limits, Is.Empty);
    }

    [Test]
    public async Task The_worst_devices_come_with_what_to_do()
    {
        JsonElement items = (await GetAsync("/api/v1/coverage/worst?from=2026-03-01&to=2026-04-30")).GetProperty("items");
        JsonElement hall = items.EnumerateArray().First(i => i.GetProperty("device").GetString() == "hall");
        Assert.That(hall.GetProperty("explained").GetProperty("panelBypass").GetInt64(), Is.EqualTo(2));
        Assert.That(hall.GetProperty("advice").EnumerateArray().Select(a => a.GetProperty("text").GetString()), Has.Some.Contains("bypassed 1 times (2 pages)"));
        JsonElement attic = items.EnumerateArray().First(i => i.GetProperty("device").GetString() == "attic");
        Assert.That(attic.GetProperty("advice").EnumerateArray().Select(a => a.GetProperty("code").GetString()), Is.SupersetOf(new[] { "onlyTotal", "noTerminal" }));
    }

    [Test]
    public async Task The_built_in_licence_is_for_everyone_and_without_end()
    {
        JsonElement licence = await GetAsync("/api/v1/licence");
        Assert.That((licence.GetProperty("licensed").GetBoolean(), licence.GetProperty("until").ValueKind), Is.EqualTo((true, JsonValueKind.Null)));
        Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/licence", token: await TokenAsync(Roles.Monitor))).Status, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    private static decimal Cost(JsonElement report) => report.GetProperty("totals").GetProperty("cost").GetDecimal();
}
