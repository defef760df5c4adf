using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Schedules;
using CopyTrack.Server.Tests.Data;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

/// <summary>
/// Somebody with several scopes, by groups, by token and by account, sees what each gives and nothing else. Alice is of Sales, Bob of Legal, Carl and Dora of Stores; Dora copies for P2. Hall stands in Berlin,
/// attic in Bonn, where Bob made seven pages.
/// </summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
[NonParallelizable] // One clock that the tests put forward.
internal sealed class ScopesTests(Db db) : WebFixture(db)
{
    private const string Span = "from=2026-03-01&to=2026-04-30";

    private long _dora, _ofCarl, _ofDora, _second;

    [OneTimeSetUp]
    public async Task LetMoreWorkAsync()
    {
        await SqlAsync("update person set department = 'Legal' where user_name = 'bob'");
        _second = Ids.Next();
        await Database.WriteAsync((c, _) => c.ExecuteAsync(
            "insert into project (id, org_id, code, code_folded, name, name_folded, created_at, updated_at) values (@_second, 1, 'P2', 'p2', 'Project two', 'project two', 0, 0)", new { _second }), default);
        long carl = await AddPersonAsync("carl", "Carl Carter", "Stores");
        _dora = await AddPersonAsync("dora", "Dora Day", "Stores");
        DateTimeOffset at = new(2026, 4, 1, 9, 0, 0, TimeSpan.Zero);
        await SessionAsync(Hall, carl, at, 3, 0, 0, 3);
        await SessionAsync(Hall, _dora, at.AddMinutes(10), 5, 0, 0, 5);
        _ofCarl = await Database.CountAsync("select id from session where person_id = @carl", new { carl });
        _ofDora = await Database.CountAsync("select id from session where person_id = @_dora", new { _dora });
    }

    protected override long? ProjectOf(long person) => person == _dora && _dora != 0 ? _second : base.ProjectOf(person);

    [Test]
    public async Task Groups_give_two_departments_and_a_project_together()
    {
        using Browser lead = await PersonAsync("of three", "sales leads", "legal leads", "p2 leads");

        Assert.That(await PagesAsync(lead, "users"), Is.EqualTo("alice 7|bob 8|dora 5"));
        Assert.That(await PagesAsync(lead, "departments"), Is.EqualTo("Legal 8|Sales 7|Stores 5"));
        Assert.That(await PagesAsync(lead, "projects"), Is.EqualTo(" 8|P1 7|P2 5"));
        Assert.That(await PagesAsync(lead, "devices"), Is.EqualTo("attic 7|hall 13"));
        Assert.That(await PagesAsync(lead, "sites"), Is.EqualTo("Berlin 13|Bonn 7"));
        Assert.That(await PagesAsync(lead, "months"), Is.EqualTo("2026-03 14|2026-04 6"));
        Assert.That(await PagesAsync(lead, "hours"), Is.EqualTo("00 1|08 14|11 5"));
        Assert.That(await PagesAsync(lead, "users", "&by=device"), Is.EqualTo("alice hall 7|bob attic 7|bob hall 1|dora hall 5"));
        Assert.That(await PagesAsync(lead, "devices", "&from=2026-03-31T05:00:00Z&to=2026-04-02T00:00:00Z"), Is.EqualTo("attic 7|hall 13"), "out of the entries");
        Assert.That((await lead.GetAsync("/Reports/jobs.csv?" + Span)).Text, Does.Contain("alice").And.Contain("bob").And.Contain("dora").And.Not.Contain("carl"));
        Assert.That((await lead.GetAsync("/Reports?name=users&" + Span)).Text, Does.Contain("alice").And.Contain("dora").And.Not.Contain("carl").IgnoreCase);
        foreach (string whole in new[] { "coverage", "meters" })
        {
            Assert.That((await lead.OnceAsync(HttpMethod.Get, $"/Reports/{whole}.csv?{Span}")).Status, Is.EqualTo(HttpStatusCode.BadRequest), "no device is theirs whole");
        }
    }

    [Test]
    public async Task What_lies_outside_can_neither_be_seen_nor_guessed()
    {
        using Browser lead = await PersonAsync("guesser", "sales leads", "legal leads", "p2 leads");

        foreach (string forged in new[] { "user=carl", "department=Stores&user=carl", "site=Berlin&user=carl", "device=hall&department=Stores&project=(none)", "user=nobody" })
        {
            Assert.That((await lead.GetAsync($"/Sessions?name=jobs&{Span}&{forged}")).Text, Does.Not.Contain("<td class=\"n\">3</td>").And.Not.Contain("Carl").And.Not.Contain("is no user"), forged);
            Assert.That(await PagesAsync(lead, "devices", "&" + forged), Is.Empty, forged);
        }

        Assert.That(await PagesAsync(lead, "users", "&department=Stores"), Is.EqualTo("dora 5"), "by the project alone");
        Assert.That(await PagesAsync(lead, "users", "&project=P1"), Is.EqualTo("alice 7"));
        Assert.That((await lead.OnceAsync(HttpMethod.Get, $"/Sessions/{_ofCarl}")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        string dora = (await lead.GetAsync($"/Sessions/{_ofDora}")).Text;
        Assert.That(dora, Does.Contain("Dora Day").And.Contain("P2").And.Not.Contain("Meters before and after").And.Not.Contain("href=\"/Users/dora\""), "a project shows its entries, no meters, no person");
        Assert.That((await lead.GetAsync($"/Sessions/{await OfAliceAsync()}")).Text, Does.Contain("href=\"/Users/alice\""));
        string people = (await lead.GetAsync("/Users")).Text;
        Assert.That(people, Does.Contain("alice").And.Contain("bob").And.Not.Contain("dora").And.Not.Contain("carl"));
        Assert.That((await lead.GetAsync("/Users?department=Legal")).Text, Does.Contain("bob").And.Not.Contain(">alice<"));
        Assert.That((await lead.GetAsync("/Users?department=Stores")).Text, Does.Not.Contain("carl").And.Not.Contain("dora").And.Not.Contain("<td>Stores"));
        Assert.That((await lead.OnceAsync(HttpMethod.Get, "/Users/carl")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await lead.OnceAsync(HttpMethod.Get, "/Users/bob")).Status, Is.EqualTo(HttpStatusCode.OK));
        foreach (string page in new[] { "/", "/Coverage", "/Devices", "/Devices/hall/Balance", "/Accounts" })
        {
            Assert.That((await lead.OnceAsync(HttpMethod.Get, page)).Status, Is.AnyOf(HttpStatusCode.Forbidden, HttpStatusCode.Redirect, HttpStatusCode.Found), page);
        }
    }

    [Test]
    public async Task A_site_beside_a_department_shows_its_devices_whole_and_no_others()
    {
        using Browser lead = await PersonAsync("of both", "sales leads", "bonn leads");

        Assert.That(await PagesAsync(lead, "users"), Is.EqualTo("alice 7|bob 7"));
        Assert.That(await PagesAsync(lead, "devices"), Is.EqualTo("attic 7|hall 7"));
        Assert.That((await lead.GetAsync("/Reports/coverage.csv?" + Span)).Text, Does.Contain("attic").And.Not.Contain("hall"));
        Assert.That((await lead.GetAsync("/Reports/meters.csv?" + Span)).Text, Does.Contain("attic").And.Not.Contain("hall"));
        Assert.That((await lead.GetAsync("/Users")).Text, Does.Contain("alice").And.Not.Contain(">bob<"));
        using Browser everything = await PersonAsync("of all", "managers", "sales leads");
        Assert.That(await PagesAsync(everything, "users"), Is.EqualTo("alice 7|bob 8|carl 3|dora 5"), "a grant without a scope holds the others");
    }

    [Test]
    public async Task One_of_several_scopes_can_be_looked_at_alone_and_all_again()
    {
        using Browser lead = await PersonAsync("choosing", "sales leads", "legal leads");
        Assert.That((await lead.GetAsync("/Account")).Text, Does.Contain("manager, department Legal, department Sales").And.Contain("value=\"manager *\""));
        await lead.PostAsync("/Account", new() { ["role"] = "manager department=Legal" }, "Role");
        Assert.That(await PagesAsync(lead, "users"), Is.EqualTo("bob 8"));
        Assert.That((await lead.PostAsync("/Account", new() { ["role"] = "manager site=Bonn" }, "Role")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        await lead.PostAsync("/Account", new() { ["role"] = "manager *" }, "Role");
        Assert.That(await PagesAsync(lead, "users"), Is.EqualTo("alice 7|bob 8"));
    }

    [Test]
    public async Task A_schedule_runs_with_whatever_its_owner_is_given_on_that_day()
    {
        IReportOwners owners = Services.GetRequiredService<IReportOwners>();
        using Browser lead = await PersonAsync("scheduling", "sales leads", "legal leads");
        await lead.PostAsync("/Reports", new() { ["query"] = "name=users&period=lastMonth", ["title"] = "Of ours" }, "Save");
        long report = await Database.CountAsync("select id from saved_report where name = 'Of ours'");
        await lead.PostAsync("/SavedReports", new() { ["report"] = $"{report}", ["when"] = "monthly", ["to"] = "boss@box.test", ["formats"] = "csv" }, "Schedule");
        (string owner, string role) = await Database.ReadAsync((c, _) => c.QuerySingleAsync<(string, string)>("select owner, role from report_schedule where report_id = @report", new { report }), default);
        Assert.That(role, Is.EqualTo("manager *"));
        Assert.That(await owners.ScopeOfAsync(owner, role, default), Is.EqualTo(ReportScope.Parts(1, departments: ["Legal", "Sales"])));
        Assert.That(await owners.ScopeOfAsync(owner, "manager department=Sales", default), Is.EqualTo(ReportScope.Parts(1, departments: ["Sales"])), "one of before stays as it is");
        await SqlAsync("delete from person_group where group_folded = 'legal leads' and person_id = (select id from person where user_folded = 'scheduling')");
        Assert.That(await owners.ScopeOfAsync(owner, role, default), Is.EqualTo(ReportScope.Parts(1, departments: ["Sales"])));
        await SqlAsync("delete from person_group where person_id = (select id from person where user_folded = 'scheduling')");
        Assert.That(await owners.ScopeOfAsync(owner, role, default), Is.Null);
    }

    [Test]
    public async Task A_token_of_several_scopes_gets_what_each_gives()
    {
        string token = await TokenAsync(Roles.Manager, "department=Sales\ndepartment=Legal\nproject=P2");
        Assert.That(Keys(await GetAsync("/api/v1/reports/users?" + Span, token), "rows", "key"), Is.EqualTo("alice|bob|dora"));
        Assert.That(Keys(await GetAsync("/api/v1/sessions?limit=100&" + Span, token), "items", "user"), Is.EqualTo("alice|bob|bob|dora"));
        Assert.That(Keys(await GetAsync("/api/v1/ledger?limit=500&" + Span, token), "items", "user").Split('|').Distinct(), Is.EqualTo(new[] { "alice", "bob", "dora" }));
        Assert.That(Keys(await GetAsync("/api/v1/users?limit=100", token), "items", "username"), Is.EqualTo("alice|bob"));
        foreach (string path in new[] { "/api/v1/users/carl", "/api/v1/users/dora" })
        {
            Assert.That((await CallAsync(HttpMethod.Get, path, token: token)).Status, Is.EqualTo(HttpStatusCode.NotFound), path);
        }

        foreach (string path in new[] { "/api/v1/devices", "/api/v1/devices/hall", "/api/v1/coverage/worst", "/api/v1/events" })
        {
            Assert.That((await CallAsync(HttpMethod.Get, path, token: token)).Status, Is.EqualTo(HttpStatusCode.Forbidden), path);
        }

        Assert.That(Keys(await GetAsync($"/api/v1/sessions?user=carl&{Span}", token), "items", "user"), Is.Empty);
        string wider = await TokenAsync(Roles.Manager, "department=Sales\nsite=Bonn");
        Assert.That(Keys(await GetAsync("/api/v1/devices", wider), "items", "name"), Is.EqualTo("attic"));
        Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/devices/hall", token: wider)).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/devices/hall/balance?" + Span, token: wider)).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/devices/attic/balance?" + Span, token: wider)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await GetAsync("/api/v1/coverage/worst?" + Span, wider)).ToString(), Does.Not.Contain("hall"));
        Assert.That(Keys(await GetAsync("/api/v1/reports/coverage?" + Span, wider), "rows", "key"), Is.EqualTo("attic"));
    }

    [TestCase("department=Sales\n", "alice 7")]
    [TestCase("department=Sales\ngarbage\ndepartment=Legal", "alice 7|bob 8")]
    [TestCase("\n", null)]
    [TestCase("department=Sales\norganisation=Default", null)]
    public async Task An_account_with_what_can_not_be_read_or_does_not_go_together_shows_no_more(string scope, string? seen)
    {
        long id = Ids.Next();
        await Database.WriteAsync((c, _) => c.ExecuteAsync(
            "insert into web_account (id, org_id, name, name_folded, role, scope, password_hash, enabled, created_at, updated_at) values (@id, 1, @name, @name, 'manager', @scope, '-', 1, 0, 0)",
            new { id, name = $"odd{id}", scope }), default);
        byte[] secret = System.Security.Cryptography.RandomNumberGenerator.GetBytes(32);
        await Services.GetRequiredService<WebSessionRepository>().BeginAsync(new WebSessionRow
        {
            Hash = System.Security.Cryptography.SHA256.HashData(secret), OrgId = 1, AccountId = id, Method = "password", Stage = WebSessionStage.SignedIn, BeganAt = Clock.GetUtcNow(), SeenAt = Clock.GetUtcNow(),
        }, null, "signIn", null, default);
        using Browser odd = new(Address) { Cookies = new() { [Server.Web.SignIn.WebSessions.Cookie] = System.Buffers.Text.Base64Url.EncodeToString(secret) } };
        Shown file = await odd.OnceAsync(HttpMethod.Get, "/Reports/users.json?" + Span);
        Assert.That(file.Status == HttpStatusCode.OK ? await PagesAsync(odd, "users") : null, Is.EqualTo(seen));
    }

    [TestCase("organisation=Other")]
    [TestCase("department=Sales")]
    [TestCase("department=Sales\nproject=P2")]
    [TestCase(null)]
    public async Task A_schedule_of_a_token_sends_what_the_token_sees(string? scope)
    {
        await SqlAsync("insert into organisation (id, name, name_folded, created_at) values (77, 'Other', 'other', 0) on conflict do nothing");
        string token = await TokenAsync(Roles.Manager, scope);
        Assert.That((await CallAsync(HttpMethod.Put, "/api/v1/saved-reports/Monthly", new { address = "name=users&period=lastMonth" }, token)).Status, Is.EqualTo(HttpStatusCode.Created));
        string id = (await GetAsync("/api/v1/saved-reports", token)).GetProperty("items")[0].GetProperty("id").GetString()!;
        (HttpStatusCode status, JsonElement made) = await CallAsync(HttpMethod.Post, "/api/v1/report-schedules", new { report = id, timing = "0 7 1 * *", recipients = new[] { "boss@box.test" }, formats = new[] { "csv" } }, token);
        Assert.That(status, Is.EqualTo(HttpStatusCode.Created), made.ToString());
        long schedule = long.Parse(made.GetProperty("id").GetString()!, CultureInfo.InvariantCulture);
        (string owner, string role) = await Database.ReadAsync((c, _) => c.QuerySingleAsync<(string, string)>("select owner, role from report_schedule where id = @schedule", new { schedule }), default);

        ReportScope? sent = await Services.GetRequiredService<IReportOwners>().ScopeOfAsync(owner, role, default);

        Assert.That(sent, Is.Not.Null.And.EqualTo(await Services.GetRequiredService<CallerScopes>().ReadAsync(Roles.Manager, scope, default)));
    }

    [TestCase("department=Sales\ngarbage", HttpStatusCode.OK)]
    [TestCase("garbage\n", HttpStatusCode.Unauthorized)]
    [TestCase("\n", HttpStatusCode.Unauthorized)]
    [TestCase("department=Sales\norganisation=Nowhere", HttpStatusCode.Unauthorized)]
    [TestCase("department=Sales\ndealer=north", HttpStatusCode.Unauthorized)]
    [TestCase("project=of nobody", HttpStatusCode.OK)]
    public async Task A_token_with_what_can_not_be_read_or_does_not_go_together_shows_no_more(string scope, HttpStatusCode status)
    {
        (HttpStatusCode told, JsonElement body) = await CallAsync(HttpMethod.Get, "/api/v1/reports/users?" + Span, token: await TokenAsync(Roles.Manager, scope));
        Assert.That(told, Is.EqualTo(status));
        Assert.That(told == HttpStatusCode.OK ? Keys(body, "rows", "key") : "", Is.EqualTo(scope.StartsWith("department", StringComparison.Ordinal) && status == HttpStatusCode.OK ? "alice" : ""));
    }

    [Test]
    public async Task Names_kept_from_managers_stay_kept_over_several_scopes()
    {
        SettingRepository settings = Services.GetRequiredService<SettingRepository>();
        await settings.SetAsync(CallerScopes.PseudonymSetting, "true", "test", default);
        try
        {
            using Browser lead = await PersonAsync("unnamed", "sales leads", "legal leads", "p2 leads");
            string text = (await lead.GetAsync("/Reports/users.csv?" + Span)).Text;
            Assert.That(text, Does.Not.Contain("alice").And.Not.Contain("dora").IgnoreCase);
            Assert.That(Regex.Count(text, "(?m)^P-[0-9A-Z]{5}-[0-9A-Z]{5},"), Is.EqualTo(3));
            string carl = (await Services.GetRequiredService<CallerScopes>().NamesAsync(default)).Of(await Database.CountAsync("select id from person where user_name = 'carl'"));
            Assert.That(await PagesAsync(lead, "devices", "&user=" + carl), Is.Empty, "a pseudonym of somebody outside");
            Assert.That((await lead.PostAsync("/Privacy", new() { ["pseudonym"] = carl, ["reason"] = "because I want to know it" }, "Ask")).Text, Does.Not.Contain("carl").IgnoreCase);
            Assert.That(await Database.CountAsync("select count(*) from name_request"), Is.Zero);
        }
        finally
        {
            await settings.SetAsync(CallerScopes.PseudonymSetting, null, "test", default);
        }
    }

    [Test]
    public async Task An_account_gets_and_loses_scopes_on_its_page_but_never_the_last()
    {
        using Browser first = await SignedInAsync();
        string code = Regex.Match((await first.PostAsync("/Accounts", new()
        {
            ["role"] = "manager", ["kind[0]"] = "department", ["name[0]"] = "Sales", ["kind[1]"] = "department", ["name[1]"] = "Legal", ["kind[2]"] = "", ["name[2]"] = "",
        }, "Invite")).Text, "class=\"code\">([^<]+)<").Groups[1].Value;
        using Browser lead = new(Address);
        await EnrolAsync(lead, await lead.PostAsync("/Setup", new() { ["code"] = code, ["name"] = "lead of two", ["password"] = Password }));
        Assert.That(await PagesAsync(lead, "users"), Is.EqualTo("alice 7|bob 8"));
        long id = await Database.CountAsync("select id from web_account where name = 'lead of two'");
        Dictionary<string, string> Form(params (string, string)[] more) => new(more.Append(("id", id.ToString(CultureInfo.InvariantCulture))).Select(m => KeyValuePair.Create(m.Item1, m.Item2)));

        Shown added = await first.PostAsync("/Accounts", Form(("kind", "project"), ("name", " p2 ")), "Grant");
        Assert.That(added.Text, Does.Contain("What lead of two sees has changed; their sessions have ended.").And.Contain("manager, department Legal, department Sales, project p2"));
        Assert.That((await lead.OnceAsync(HttpMethod.Get, "/Reports")).Location, Does.StartWith("/SignIn"));
        Assert.That(await ScopeAsync(id), Is.EqualTo("department=Legal\ndepartment=Sales\nproject=p2"));
        Assert.That((await first.PostAsync("/Accounts", Form(("kind", "project"), ("name", "p2")), "Grant")).Text, Does.Contain("Nothing changed"));
        Assert.That((await first.PostAsync("/Accounts", Form(("kind", "dealer"), ("name", "nobody")), "Grant")).Text, Does.Contain("names nothing that exists"));
        Assert.That((await first.PostAsync("/Accounts", Form(("kind", "organisation"), ("name", "Default")), "Grant")).Text, Does.Contain("do not go together").Or.Contain("names nothing that exists"));
        Assert.That((await first.PostAsync("/Accounts", Form(("kind", "department"), ("name", "")), "Grant")).Text, Does.Contain("names nothing that exists"));
        await first.PostAsync("/Accounts", Form(("scope", "department=Legal")), "Withdraw");
        await first.PostAsync("/Accounts", Form(("scope", "project=p2")), "Withdraw");
        Assert.That((await first.PostAsync("/Accounts", Form(("scope", "department=Sales")), "Withdraw")).Text, Does.Contain("The last scope stays"));
        Assert.That(await ScopeAsync(id), Is.EqualTo("department=Sales"), "without one it would see everything");
        await first.PostAsync("/Accounts", Form(("role", "user"), ("kind", "same")), "Role");
        Assert.That((await ScopeAsync(id), await Database.CountAsync("select count(*) from web_account where id = @id and role = 'user'", new { id })), Is.EqualTo(("department=Sales", 1L)));
        await first.PostAsync("/Accounts", Form(("role", "manager"), ("kind", "")), "Role");
        Assert.That(await ScopeAsync(id), Is.Null);
        Assert.That((await first.PostAsync("/Accounts", Form(("kind", "department"), ("name", "Sales")), "Grant")).Text, Does.Contain("sees everything already"));
        Assert.That(await Database.CountAsync("select count(*) from audit_log where action = 'account.role' and subject = @subject", new { subject = $"account:{id}" }), Is.EqualTo(5));
    }

    private Task<string?> ScopeAsync(long id) => Database.ReadAsync((c, _) => c.ExecuteScalarAsync<string?>("select scope from web_account where id = @id", new { id }), default);

    private Task<long> OfAliceAsync() => Database.CountAsync("select id from session where person_id = @Alice", new { Alice });

    private Task SqlAsync(string sql) => Database.WriteAsync((c, _) => c.ExecuteAsync(sql), default);

    /// <summary>Key and pages of each row of a report as its file has them, in order of the keys.</summary>
    private static async Task<string> PagesAsync(Browser browser, string name, string more = "")
    {
        Shown file = await browser.GetAsync($"/Reports/{name}.json?{(more.Contains("from=", StringComparison.Ordinal) ? more[1..] : Span + more)}");
        Assert.That(file.Status, Is.EqualTo(HttpStatusCode.OK), file.Text);
        using JsonDocument report = JsonDocument.Parse(file.Text);
        return string.Join('|', report.RootElement.GetProperty("rows").EnumerateArray()
            .Select(r => $"{r.GetProperty("key").GetString()}{(r.TryGetProperty("by", out JsonElement by) ? $" {by.GetString()}" : "")} {r.GetProperty("impressions").GetInt64()}").Order(StringComparer.Ordinal));
    }

    private static string Keys(JsonElement body, string list, string member) =>
        string.Join('|', body.GetProperty(list).EnumerateArray().Select(r => r.GetProperty(member).GetString()).Order(StringComparer.Ordinal));
}
