using System.IO.Compression;
using System.Net;
using System.Text.Json;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Privacy;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Secrets;
using CopyTrack.Server.Tests.Api;
using CopyTrack.Server.Tests.Data;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.People;

/// <summary>What administrators do to people: merge, assign a card that was shown, new PIN, export, erase; each in the audit log, and no sum moves.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class PeopleTests(Db db) : SiteFixture(db)
{
    private const string Usage = "select coalesce(sum(impressions), 0) * 1000003 + coalesce(sum(cost_micros), 0) + count(*) from usage_day";

    [Test]
    public async Task Person_gets_a_card_and_a_pin_is_merged_exported_and_erased_and_no_sum_moves()
    {
        await UnknownCardIsGivenAsync();
        await NewPinIsToldAsync();
        await MergedPersonSCardsAsync();
        await ExportHoldsWhatIsAsync();
        await ErasedPersonLeavesIdsAsync();
    }

    private async Task UnknownCardIsGivenAsync()
    {
        KeyedHash card = Services.GetRequiredService<IHashKeys>().Current.Hash(HashKinds.Card, 1, "04A1B2C3D4");
        long id = await ShownAsync(card, "C3D4");
        (HttpStatusCode status, JsonElement body) = await CallAsync(HttpMethod.Post, $"/api/v1/access-log/{id}/assign", new { user = "bob" });
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK), body.ToString());
        Assert.That(body.GetProperty("cards")[0].GetProperty("suffix").GetString(), Is.EqualTo("D4"));
        Assert.That(await Services.GetRequiredService<CardRepository>().FindOwnerAsync(1, [card], default), Is.EqualTo(Bob));
        Assert.That((await CallAsync(HttpMethod.Post, $"/api/v1/access-log/{id}/assign", new { user = "alice" })).Status, Is.EqualTo(HttpStatusCode.Conflict), "bob has it");
        long again = await ShownAsync(card, "C3D4");
        Assert.That((await CallAsync(HttpMethod.Post, $"/api/v1/access-log/{again}/assign", new { user = "alice" })).Status, Is.EqualTo(HttpStatusCode.Conflict), "and by another line too");
        Assert.That((await CallAsync(HttpMethod.Post, $"/api/v1/access-log/{again}/assign", new { user = "alice" }, await TokenAsync(Roles.Manager))).Status, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    private async Task NewPinIsToldAsync()
    {
        (HttpStatusCode status, JsonElement body) = await CallAsync(HttpMethod.Post, "/api/v1/users/bob/pin");
        Assert.That(status, Is.EqualTo(HttpStatusCode.Created));
        string pin = body.GetProperty("pin").GetString()!;
        Assert.That(pin, Does.Match("^[0-9]{6,8}$"));
        Assert.That(await AuditTextAsync(), Does.Contain("person.pin").And.Not.Contain(pin));
    }

    private async Task MergedPersonSCardsAsync()
    {
        await CallAsync(HttpMethod.Put, "/api/v1/users/bobby", new { displayName = "Bobby Again", department = "Stores", cards = new[] { "99887766" }, groups = new[] { "drivers" } });
        PersonRow bobby = (await Services.GetRequiredService<PersonRepository>().FindAsync(1, "bobby", default))!;
        long sums = await Database.CountAsync(Usage), entries = await Database.CountAsync("select count(*) + sum(delta) from entry");
        List<Dictionary<string, object?>> before = await RowsAsync("devices");

        Assert.That((await CallAsync(HttpMethod.Post, "/api/v1/users/bob/merge", new { into = "bob" })).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await CallAsync(HttpMethod.Post, "/api/v1/users/bob/merge", new { into = "nobody" })).Status, Is.EqualTo(HttpStatusCode.NotFound));
        (HttpStatusCode status, JsonElement body) = await CallAsync(HttpMethod.Post, "/api/v1/users/bob/merge", new { into = "bobby" });
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK), body.ToString());
        Assert.That(body.GetProperty("cards").GetArrayLength(), Is.EqualTo(2));
        Assert.That(body.GetProperty("hasPin").GetBoolean(), Is.True);
        Assert.That((await CallAsync(HttpMethod.Post, "/api/v1/users/alice/merge", new { into = "bob" })).Status, Is.EqualTo(HttpStatusCode.Conflict));

        Assert.That(await Database.CountAsync(Usage), Is.EqualTo(sums));
        Assert.That(await Database.CountAsync("select count(*) + sum(delta) from entry"), Is.EqualTo(entries));
        Assert.That(await RowsAsync("devices"), Is.EqualTo(before));
        Assert.That((await GetAsync("/api/v1/sessions?user=bobby")).GetProperty("items").EnumerateArray().Select(s => s.GetProperty("user").GetString()), Has.All.EqualTo("bobby").And.Not.Empty);
        List<Dictionary<string, object?>> people = await RowsAsync("users");
        Assert.That(people.Select(p => p["key"]), Has.Member("bobby").And.No.Member("bob"));
        Assert.That((await RowsAsync("users", scope: ReportScope.Parts(1, departments: ["Stores"]))).Select(p => p["key"]), Has.Member("bobby"));
        Assert.That((await Services.GetRequiredService<PersonMergeRepository>().IdsAsync(bobby.Id, default)), Is.EqualTo(new[] { bobby.Id, Bob }));
        Assert.That((await VerdictAsync()).Ok, Is.True);
    }

    private async Task ExportHoldsWhatIsAsync()
    {
        using HttpClient client = new() { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", Administrator);
        using ZipArchive zip = new(await client.GetStreamAsync("/api/v1/users/bobby/export"));
        using StreamReader reader = new(zip.GetEntry("person.json")!.Open());
        string text = await reader.ReadToEndAsync();
        JsonElement all = JsonDocument.Parse(text).RootElement;
        Assert.That(all.GetProperty("person").GetProperty("displayName").GetString(), Is.EqualTo("Bobby Again"));
        Assert.That(all.GetProperty("cards").GetArrayLength(), Is.EqualTo(2));
        Assert.That(all.GetProperty("sessions").GetArrayLength(), Is.EqualTo(2), "those of bob");
        Assert.That(all.GetProperty("usage").EnumerateArray().Sum(u => u.GetProperty("impressions").GetInt64()), Is.EqualTo(8));
        Assert.That(all.GetProperty("changes").GetArrayLength(), Is.Positive);
        Assert.That(text, Does.Not.Contain("99887766").And.Not.Contain("hash"));
        Assert.That(await AuditTextAsync(), Does.Contain("person.export"));
    }

    private async Task ErasedPersonLeavesIdsAsync()
    {
        long sums = await Database.CountAsync(Usage), entries = await Database.CountAsync("select count(*) + sum(delta) from entry");
        List<Dictionary<string, object?>> before = await RowsAsync("devices"), total = await RowsAsync("months");
        Assert.That((await CallAsync(HttpMethod.Delete, "/api/v1/users/bobby")).Status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That(await Database.CountAsync("select count(*) from person where user_folded in ('bob', 'bobby')"), Is.Zero);
        foreach (string table in new[] { "card", "pin", "person_group" })
        {
            Assert.That(await Database.CountAsync($"select count(*) from {table} t where not exists (select 1 from person p where p.id = t.person_id)"), Is.Zero, table);
        }

        Assert.That(await Database.CountAsync(Usage), Is.EqualTo(sums));
        Assert.That(await Database.CountAsync("select count(*) + sum(delta) from entry"), Is.EqualTo(entries));
        Assert.That(await RowsAsync("devices"), Is.EqualTo(before));
        Assert.That(await RowsAsync("months"), Is.EqualTo(total));
        Assert.That(await Database.CountAsync("select count(*) from entry where person_id = @Bob", new { Bob }), Is.Positive, "the ledger keeps the id");
        Assert.That((await VerdictAsync()).Ok, Is.True);
        Assert.That(await AuditTextAsync(), Does.Contain("person.delete").And.Not.Contain("bobby").IgnoreCase.And.Not.Contain("alice"));
    }

    [Test]
    public async Task Person_whom_a_directory_still_has_is_neither_erased_nor_merged_away()
    {
        await CallAsync(HttpMethod.Put, "/api/v1/users/dora", new { displayName = "Dora" });
        await Database.WriteAsync((c, _) => c.ExecuteAsync("insert into scim_user (person_id, org_id, created_at) select id, 1, 0 from person where user_folded = 'dora'"), default);
        Assert.That((await CallAsync(HttpMethod.Delete, "/api/v1/users/dora")).Status, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That((await CallAsync(HttpMethod.Post, "/api/v1/users/dora/merge", new { into = "alice" })).Status, Is.EqualTo(HttpStatusCode.Conflict));
    }

    [Test]
    public async Task Name_behind_a_pseudonym_takes_two_and_ends()
    {
        NameRequests requests = Services.GetRequiredService<NameRequests>();
        Assert.That(await requests.AskAsync(1, Alice, "person:500", "a complaint about costs", default), Is.True);
        NameRequestRow row = (await requests.ListAsync(1, "person:500", 10, default))[0];
        Assert.That(await requests.SeeAsync(1, row.Id, "person:500", default), Is.Null, "not granted yet");
        Assert.That(await requests.DecideAsync(1, row.Id, "person:500", true, default), Is.False, "never by whoever asked");
        Assert.That(await requests.DecideAsync(2, row.Id, "account:1", true, default), Is.False, "never by another organisation");
        Assert.That(await requests.DecideAsync(1, row.Id, "account:1", true, default), Is.True);
        Assert.That(await requests.DecideAsync(1, row.Id, "account:1", false, default), Is.False, "decided is decided");
        Assert.That((await requests.SeeAsync(1, row.Id, "person:500", default))!.UserName, Is.EqualTo("alice"));
        Assert.That(await requests.SeeAsync(1, row.Id, "account:1", default), Is.Null, "only whoever asked");
        await Database.WriteAsync((c, _) => c.ExecuteAsync("update name_request set expires_at = 1 where id = @Id", new { row.Id }), default);
        Assert.That(await requests.SeeAsync(1, row.Id, "person:500", default), Is.Null, "it ends");
        Assert.That(await AuditTextAsync(), Does.Contain("name.ask").And.Contain("name.grant").And.Contain("name.see").And.Not.Contain("complaint"));
    }

    [Test]
    public async Task Retention_shows_what_would_go_and_forgets_only_that()
    {
        DateTimeOffset old = DateTimeOffset.UtcNow.AddDays(-100);
        await Database.WriteAsync((c, _) => c.ExecuteAsync("delete from access_log"), default);
        await Database.WriteAsync((c, _) => c.ExecuteAsync("insert into access_log (id, at, terminal_id, method, outcome) values (77, @old, 't1', 'card', 'granted')", new { old = old.ToMicros() }), default);
        await Database.WriteAsync((c, _) => c.ExecuteAsync("insert into audit_log (id, at, org_id, actor, action, subject) values (77, 1, 1, 'test', 'test', 'test')"), default);
        JsonElement shown = await GetAsync("/api/v1/retention");
        Assert.That(shown.GetProperty("fields").EnumerateArray().Select(f => f.GetProperty("days").ValueKind), Has.All.EqualTo(JsonValueKind.Null));
        Retention retention = Services.GetRequiredService<Retention>();
        Assert.That(shown.GetProperty("fields").EnumerateArray().Where(f => f.GetProperty("standard").ValueKind != JsonValueKind.Null).Select(f => (f.GetProperty("field").GetString(), f.GetProperty("standard").GetInt32())), Is.EqualTo(new[] { ("accessLog", 90) }));
        Assert.That((await CallAsync(HttpMethod.Put, "/api/v1/retention/accessLog", new { days = 120 })).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await retention.RunAsync(default), Is.Zero, "a time above the standard holds, and nothing else is forgotten that nobody set");
        Assert.That((await retention.PreviewAsync(new Dictionary<string, int?> { ["accessLog"] = 90 }, default)).Single(f => f.Field.Name == "accessLog").Due, Is.EqualTo(1));
        Assert.That((await retention.PreviewAsync(new Dictionary<string, int?> { ["accessLog"] = null }, default)).Single(f => f.Field.Name == "accessLog").Due, Is.EqualTo(1), "the standard");
        Assert.That(await Database.CountAsync("select count(*) from access_log where id = 77"), Is.EqualTo(1), "a preview forgets nothing");
        Assert.That((await CallAsync(HttpMethod.Put, "/api/v1/retention/auditLog", new { days = 3 })).Status, Is.EqualTo(HttpStatusCode.BadRequest), "too short");
        Assert.That((await CallAsync(HttpMethod.Put, "/api/v1/retention/accessLog", new { days = 90 })).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await retention.RunAsync(default), Is.EqualTo(1));
        Assert.That(await Database.CountAsync("select count(*) from access_log where id = 77"), Is.Zero);
        Assert.That(await AuditTextAsync(), Does.Contain("retention.forget"));
        await CallAsync(HttpMethod.Put, "/api/v1/retention/accessLog", new { days = (int?)null });
        await Database.WriteAsync((c, _) => c.ExecuteAsync(
            "insert into access_log (id, at, terminal_id, method, outcome) values (78, @old, 't1', 'card', 'granted'), (79, @young, 't1', 'card', 'granted')",
            new { old = old.ToMicros(), young = DateTimeOffset.UtcNow.AddDays(-89).ToMicros() }), default);
        Assert.That((await retention.AccessLogDaysAsync(default), await retention.RunAsync(default)), Is.EqualTo((90, 1)), "nothing is set: 90 days");
        Assert.That(await Database.CountAsync("select count(*) from access_log where id = 79"), Is.EqualTo(1));
    }

    private async Task<CopyTrack.Accounting.Audit.AuditReport> VerdictAsync() => (await Services.GetRequiredService<AuditRunner>().RunAsync(1, null, full: true, default))!;

    private async Task<string> AuditTextAsync() =>
        string.Join('\n', (await Services.GetRequiredService<AuditLog>().ListAsync(1, new AuditQuestion(), null, 1000, default)).Select(r => $"{r.Actor} {r.Action} {r.Subject} {r.BeforeValue} {r.AfterValue}"));

    private async Task<long> ShownAsync(KeyedHash card, string suffix)
    {
        long id = Ids.Next();
        await Database.WriteAsync((c, _) => c.ExecuteAsync(
            "insert into access_log (id, at, terminal_id, method, outcome, card_suffix, card_key, card_hash) values (@id, 1, 't1', 'card', 'unknownCard', @suffix, @KeyId, @hash)",
            new { id, suffix, card.KeyId, hash = card.Hash.ToArray() }), default);
        return id;
    }
}
