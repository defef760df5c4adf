using System.Net;
using System.Text.RegularExpressions;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Schedules;
using CopyTrack.Server.Tests.Data;
using CopyTrack.Server.Web.SignIn;
using Dapper;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

/// <summary>Every route as nobody and as each role: what is not listed here is denied. And what an administrator may change of accounts.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
[NonParallelizable] // One clock that the tests put forward.
internal sealed partial class RoleTests(Db db) : WebFixture(db)
{
    /// <summary>Whom a route lets in. Routes of the API, provisioning, enrolment and health guard themselves by token, code or address; the panel page by its device's secret.</summary>
    private static readonly Dictionary<string, string[]> s_open = new(StringComparer.OrdinalIgnoreCase)
    {
        ["SignIn"] = ["nobody", "all"], ["Setup"] = ["nobody", "all"], ["SecondStep"] = ["nobody", "all"], ["Enrol"] = ["nobody", "all"], ["SignIn/Negotiate"] = ["nobody", "all"],
        ["assets/{name}"] = ["nobody", "all"], ["Language"] = ["nobody", "all"], ["Error/{code:int}"] = ["nobody", "all"], ["panel.css"] = ["nobody", "all"], ["panel"] = ["nobody", "all"], ["Account"] = ["all"], ["Confirm"] = ["all"], ["SignOut"] = ["all"],
        ["Users"] = ["sales admins", "managers"], ["Users/{name}"] = ["sales admins", "managers"], ["Privacy"] = ["sales admins", "managers"], ["My"] = ["all"],
        ["Reports"] = ["sales admins", "managers"], ["Reports/{name}.{format}"] = ["sales admins", "managers"],
        ["Fleet"] = ["dealers", "customers"], ["FleetAgent"] = ["dealers", "customers"], ["FleetDevice"] = ["dealers", "customers"], ["Fleet/{name}.{format}"] = ["dealers", "customers"],
        ["FleetList"] = ["dealers", "customers"], ["Alerts"] = ["dealers", "customers"], ["Alert"] = ["dealers", "customers"], ["AlertRules"] = ["dealers", "customers"], ["AlertRule"] = ["dealers", "customers"],
        ["SavedReports"] = ["sales admins", "managers"], ["Sessions"] = ["sales admins", "managers"],
        ["Sessions/{id}"] = ["sales admins", "managers"], ["My/Sessions/{id}"] = ["all"], ["My/Jobs"] = ["all"],
    };

    private static readonly string[] s_groups = ["sales admins", "dealers", "customers", "managers", "staff"];

    [Test]
    public async Task Every_route_is_denied_to_each_role_that_is_not_listed_for_it()
    {
        Dictionary<string, Browser> browsers = new() { ["nobody"] = new Browser(Address), ["no group"] = await PersonAsync("outsider") };
        foreach (string group in s_groups)
        {
            browsers[group] = await PersonAsync("who-" + group, group);
        }

        int routes = 0;
        string session = $"{await Database.CountAsync("select id from session where person_id = @Alice", new { Alice })}";
        foreach (RouteEndpoint route in Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            string pattern = route.RoutePattern.RawText!.Trim('/');
            if (pattern.StartsWith("api/", StringComparison.Ordinal) || pattern.StartsWith("scim/", StringComparison.Ordinal) || pattern is "health/live" or "health/ready" or "metrics")
            {
                Assert.That(route.Metadata.GetMetadata<IAllowAnonymous>(), Is.Not.Null, $"{pattern} guards itself and must say so");
                continue;
            }

            if (pattern == "live")
            {
                // An answer without an end; LiveTests asks who hears what.
                continue;
            }

            routes++;
            string[] open = s_open.GetValueOrDefault(pattern, []);
            Assert.That(route.Metadata.GetMetadata<IAllowAnonymous>() is not null, Is.EqualTo(open.Contains("nobody")), pattern);
            string path = "/" + Regex.Replace(pattern, "{name}", pattern.StartsWith("Users", StringComparison.Ordinal) ? "alice" : "users").Replace("{code:int}", "404", StringComparison.Ordinal).Replace("{id}", session, StringComparison.Ordinal).Replace("{format}", "csv", StringComparison.Ordinal);
            foreach ((string who, Browser browser) in browsers)
            {
                foreach (HttpMethod method in new[] { HttpMethod.Get, HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete })
                {
                    bool some = who is not ("nobody" or "no group");
                    bool listed = open.Contains(who);
                    bool allowed = listed || open.Contains("nobody") || (some && open.Contains("all"));
                    Shown shown = await browser.OnceAsync(method, path, method == HttpMethod.Get ? null : []);
                    bool denied = shown.Status == HttpStatusCode.Forbidden || shown.Location?.StartsWith(some ? Landing(who) : "/SignIn", StringComparison.Ordinal) == true
                        || shown.Status is HttpStatusCode.MethodNotAllowed;
                    Assert.That(denied || (allowed && shown.Status != HttpStatusCode.Forbidden), Is.True, $"{method} {path} as {who}: {shown.Status} {shown.Location}");
                    Assert.That(listed || !shown.Text.Contains("alice", StringComparison.OrdinalIgnoreCase), Is.True, $"{method} {path} as {who}");
                }
            }
        }

        Assert.That(routes, Is.GreaterThan(15));
        Assert.That((await browsers["nobody"].OnceAsync(HttpMethod.Get, "/no/such/page")).Location, Does.StartWith("/SignIn"));
        Assert.That((await browsers["staff"].OnceAsync(HttpMethod.Get, "/no/such/page")).Status, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task Reports_of_a_scope_show_that_scope_and_no_other_even_when_asked_for_it()
    {
        using Browser sales = await PersonAsync("of sales", "sales admins");
        Assert.That((await sales.GetAsync("/Reports?name=users&from=2026-03-01&to=2026-04-30")).Text, Does.Contain("alice").And.Not.Contain("=Bob"));
        Assert.That((await sales.GetAsync("/Reports/users.csv?from=2026-03-01&to=2026-04-30")).Text, Does.Contain("alice").And.Not.Contain("bob"));
        Assert.That((await sales.OnceAsync(HttpMethod.Get, "/Reports/devices.csv?from=2026-03-01&to=2026-04-30&user=bob")).Text, Does.Not.Contain("bob"));
        Assert.That((await sales.OnceAsync(HttpMethod.Get, "/Reports/coverage.csv?from=2026-03-01&to=2026-04-30")).Status, Is.EqualTo(HttpStatusCode.BadRequest), "whole devices are not Sales'");
        Assert.That((await sales.GetAsync("/Sessions?name=jobs&from=2026-03-01&to=2026-04-30")).Text, Does.Contain("alice").And.Not.Contain("<td>bob</td>"));
        Assert.That((await sales.GetAsync("/Sessions?name=jobs&from=2026-03-01&to=2026-04-30&user=bob")).Text, Does.Not.Contain("<td>bob</td>"));
        Assert.That((await sales.OnceAsync(HttpMethod.Get, "/Sessions")).Status, Is.EqualTo(HttpStatusCode.Forbidden), "sessions are the whole organisation's");
        using Browser site = await PersonAsync("of bonn", "bonn leads");
        Assert.That((await site.GetAsync("/Reports/devices.csv?from=2026-03-01&to=2026-04-30")).Text, Does.Contain("attic").And.Not.Contain("hall"));
        using Browser nowhere = await PersonAsync("of nowhere", "lost leads");
        Assert.That((await nowhere.OnceAsync(HttpMethod.Get, "/Account")).Location, Does.StartWith("/SignIn"), "an organisation that does not exist gives nothing");
        using Browser fleet = await PersonAsync("of a dealer", "fleet leads");
        Assert.That((await fleet.OnceAsync(HttpMethod.Get, "/Reports")).Status, Is.EqualTo(HttpStatusCode.Forbidden), "a node of the fleet has no reports of people");
    }

    [Test]
    public async Task One_of_several_roles_holds_and_only_one_that_is_given_can_be_chosen()
    {
        using Browser browser = await PersonAsync("of two", "managers", "bonn leads");
        Assert.That((await browser.GetAsync("/Reports/devices.csv?from=2026-03-01&to=2026-04-30")).Text, Does.Contain("hall"));
        await browser.PostAsync("/Account", new() { ["role"] = "manager site=Bonn" }, "Role");
        Assert.That((await browser.GetAsync("/Reports/devices.csv?from=2026-03-01&to=2026-04-30")).Text, Does.Contain("attic").And.Not.Contain("hall"));
        await browser.PostAsync("/Account", new() { ["role"] = "administrator" }, "Role");
        Assert.That((await browser.OnceAsync(HttpMethod.Get, "/Users")).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        await browser.PostAsync("/Account", new() { ["role"] = "manager" }, "Role");
        Assert.That((await browser.GetAsync("/Reports/devices.csv?from=2026-03-01&to=2026-04-30")).Text, Does.Contain("hall"));
    }

    [Test]
    public async Task Account_of_a_role_and_scope_is_made_by_its_code_and_changed_but_never_the_last_of_everything()
    {
        using Browser first = await SignedInAsync();
        Assert.That((await first.PostAsync("/Accounts", new() { ["role"] = "dealer", ["kind"] = "fleet", ["name"] = "Nowhere" }, "Invite")).Text, Does.Contain("names nothing that exists"));
        Assert.That((await first.PostAsync("/Accounts", new() { ["role"] = "manager", ["kind"] = "", ["name"] = "Bonn" }, "Invite")).Text, Does.Contain("names nothing that exists").And.Not.Contain("class=\"code\""), "a name without its kind is not everything");
        Assert.That((await first.PostAsync("/Accounts", new() { ["role"] = "monitor" }, "Invite")).Text, Does.Contain("Choose a role."));
        string code = Regex.Match((await first.PostAsync("/Accounts", new() { ["role"] = "manager", ["kind"] = "site", ["name"] = "Bonn" }, "Invite")).Text, "class=\"code\">([^<]+)<").Groups[1].Value;
        using Browser lead = new(Address);
        await EnrolAsync(lead, await lead.PostAsync("/Setup", new() { ["code"] = code, ["name"] = "bonn lead", ["password"] = Password }));
        Assert.That((await lead.OnceAsync(HttpMethod.Get, "/")).Location, Is.EqualTo("/Reports"));
        Assert.That((await lead.GetAsync("/Reports/devices.csv?from=2026-03-01&to=2026-04-30")).Text, Does.Contain("attic").And.Not.Contain("hall"));
        Assert.That((await lead.OnceAsync(HttpMethod.Get, "/Users")).Status, Is.EqualTo(HttpStatusCode.Forbidden), "a site owns no people");
        long id = await Database.CountAsync("select id from web_account where name = 'bonn lead'");
        Dictionary<string, string> form = Id(id);
        form["role"] = "customer";
        Assert.That((await first.PostAsync("/Accounts", form, "Role")).Text, Does.Contain("their sessions have ended"));
        Assert.That((await lead.OnceAsync(HttpMethod.Get, "/Reports")).Location, Does.StartWith("/SignIn"));
        AccountRepository accounts = Services.GetRequiredService<AccountRepository>();
        AccountRow own = (await accounts.GetAsync(await Database.CountAsync("select id from web_account where name = 'root'"), default))!;
        await SqlAsync("update web_account set enabled = 0 where name <> 'root'");
        Assert.That(await accounts.SetRoleAsync(own, "manager", null, "test", default), Is.False, "the last administrator stays");
        Assert.That(await accounts.SetRoleAsync(own, "administrator", "site=Bonn", "test", default), Is.False, "of everything");
        await SqlAsync("update web_account set enabled = 1 where name <> 'root'");
        AccountRow read = (await accounts.GetAsync(id, default))!;
        Assert.That(await accounts.SetRoleAsync(read, "manager", "site=Bonn", "test", default), Is.True);
        Assert.That(await accounts.SetRoleAsync(read, "manager", "site=Berlin\nsite=Bonn", "test", default), Is.False, "who saw what was before must not bring back what somebody has just taken");
        Assert.That((await accounts.GetAsync(id, default))!.Scope, Is.EqualTo("site=Bonn"));
    }

    [Test]
    public async Task Names_are_kept_from_managers_where_the_site_says_so()
    {
        await Services.GetRequiredService<SettingRepository>().SetAsync(CallerScopes.PseudonymSetting, "true", "test", default);
        using Browser manager = await PersonAsync("boss", "managers");
        string text = (await manager.GetAsync("/Reports/users.csv?from=2026-03-01&to=2026-04-30")).Text;
        Assert.That(text, Does.Not.Contain("alice").IgnoreCase.And.Not.Contain("Ärmel").And.Match("P-[0-9A-Z]{5}-[0-9A-Z]{5}"));
        Assert.That((await manager.GetAsync("/Reports/users.csv?from=2026-03-01&to=2026-04-30")).Text, Is.EqualTo(text), "a pseudonym stays");
        using Browser administrator = await PersonAsync("root's friend", "admins");
        Assert.That((await administrator.GetAsync("/Reports/users.csv?from=2026-03-01&to=2026-04-30")).Text, Does.Contain("alice"));
        string page = (await manager.GetAsync("/Reports?name=users&from=2026-03-01&to=2026-04-30")).Text;
        Assert.That(page, Does.Not.Contain("alice").IgnoreCase.And.Not.Contain("Ärmel"));
        string behind = WebUtility.HtmlDecode(Regex.Match(page, "href=\"(/Sessions[^\"]*user=P-[^\"]*)\"").Groups[1].Value);
        Assert.That((await manager.GetAsync(behind)).Text, Does.Not.Contain("alice").IgnoreCase.And.Match("<td[^>]*>P-[0-9A-Z]{5}-[0-9A-Z]{5}</td>"), "the jobs behind a number");
        Assert.That((await manager.GetAsync("/Sessions?name=jobs&from=2026-03-01&to=2026-04-30&user=alice")).Text, Does.Not.Contain("<td"), "a name narrows to nobody");
        Assert.That((await manager.GetAsync("/Reports/jobs.json?from=2026-03-01&to=2026-04-30")).Text, Does.Not.Contain("alice").IgnoreCase.And.Contain("P-"));
        await administrator.GetAsync("/Reports?name=devices");
        await administrator.PostAsync("/Reports", new() { ["query"] = "name=devices&user=alice", ["title"] = "Of one", ["shared"] = "true" }, "Save");
        await administrator.PostAsync("/Reports", new() { ["query"] = "name=devices", ["title"] = "Of all", ["shared"] = "true" }, "Save");
        Assert.That((await manager.GetAsync("/SavedReports")).Text, Does.Contain("Of all").And.Not.Contain("Of one").And.Not.Contain("alice"));
        string token = await TokenAsync(Roles.Manager);
        Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/users", token: token)).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await GetAsync("/api/v1/sessions?from=2026-03-01&to=2026-04-30", token)).ToString(), Does.Not.Contain("alice"));
        Assert.That((await GetAsync("/api/v1/ledger?from=2026-03-01&to=2026-04-30", token)).ToString(), Does.Not.Contain("alice"));
        Assert.That((await GetAsync("/api/v1/reports/jobs?from=2026-03-01&to=2026-04-30", token)).ToString(), Does.Not.Contain("alice"));
        Assert.That((await CallAsync(HttpMethod.Get, "/api/v1/reports/devices?user=alice", token: token)).Status, Is.EqualTo(HttpStatusCode.BadRequest), "whether a name exists is not told either");
        await Services.GetRequiredService<SettingRepository>().SetAsync(CallerScopes.PseudonymSetting, null, "test", default);
    }

    [Test]
    public async Task Schedule_runs_with_what_its_owner_sees_on_that_day_in_the_role_that_it_was_made_with()
    {
        IReportOwners owners = Services.GetRequiredService<IReportOwners>();
        using Browser browser = await PersonAsync("mailer", "managers", "sales leads");
        string owner = $"person:{await Database.CountAsync("select id from person where user_folded = 'mailer'")}";
        await Services.GetRequiredService<SettingRepository>().SetAsync(CallerScopes.PseudonymSetting, null, "test", default);
        Assert.That(await owners.ScopeOfAsync(owner, "manager", default), Is.EqualTo(ReportScope.Everything));
        Assert.That(await owners.ScopeOfAsync(owner, "manager department=Sales", default), Is.EqualTo(ReportScope.Parts(1, departments: ["Sales"])));
        Assert.That(await owners.ScopeOfAsync(owner, "administrator", default), Is.Null);
        Assert.That(await owners.ScopeOfAsync(owner, "", default), Is.Null);
        await Services.GetRequiredService<SettingRepository>().SetAsync(CallerScopes.PseudonymSetting, "true", "test", default);
        Assert.That((await owners.ScopeOfAsync(owner, "manager", default))!.Names, Is.Not.Null);
        await Services.GetRequiredService<SettingRepository>().SetAsync(CallerScopes.PseudonymSetting, null, "test", default);
        await SqlAsync("delete from person_group where group_folded = 'managers' and person_id = (select id from person where user_folded = 'mailer')");
        Assert.That(await owners.ScopeOfAsync(owner, "manager", default), Is.Null, "the role is gone");
        Assert.That(await owners.ScopeOfAsync(owner, "manager department=Sales", default), Is.Not.Null);
        await SqlAsync("update person set directory_enabled = 0 where user_folded = 'mailer'");
        Assert.That(await owners.ScopeOfAsync(owner, "manager department=Sales", default), Is.Null);
        using Browser dealer = await PersonAsync("selling", "dealers");
        Assert.That(await owners.ScopeOfAsync($"person:{await Database.CountAsync("select id from person where user_folded = 'selling'")}", "dealer", default), Is.Null, "a dealer has no reports of people");
    }

    [Test]
    public async Task Group_that_is_taken_away_and_a_person_who_is_switched_off_are_out_at_once()
    {
        using Browser browser = await PersonAsync("mover", "admins");
        Assert.That((await browser.OnceAsync(HttpMethod.Get, "/Users")).Status, Is.EqualTo(HttpStatusCode.OK));
        await SqlAsync("update person_group set group_name = 'staff', group_folded = 'staff' where person_id = (select id from person where user_folded = 'mover')");
        Assert.That((await browser.OnceAsync(HttpMethod.Get, "/Users")).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await browser.OnceAsync(HttpMethod.Get, "/")).Location, Is.EqualTo("/My"));
        Assert.That((await browser.GetAsync("/Account")).Text, Does.Contain("<dd>employee</dd>").And.Not.Contain("href=\"/Users\""));
        await SqlAsync("update person set directory_enabled = 0 where user_folded = 'mover'");
        Assert.That((await browser.OnceAsync(HttpMethod.Get, "/Account")).Location, Does.StartWith("/SignIn"));
        await SqlAsync("update person set directory_enabled = 1 where user_folded = 'mover'");
        Assert.That((await browser.OnceAsync(HttpMethod.Get, "/Account")).Location, Does.StartWith("/SignIn"), "a session that ended stays ended");
    }

    [Test]
    public async Task Security_settings_ask_for_the_secret_again()
    {
        using Browser ticket = await PersonAsync("ticket", "admins");
        Assert.That((await ticket.OnceAsync(HttpMethod.Get, "/Accounts")).Location, Is.EqualTo("/Confirm?returnUrl=%2FAccounts"), "a computer's ticket shows no secret");

        using Browser browser = await SignedInAsync();
        Assert.That((await browser.OnceAsync(HttpMethod.Get, "/Accounts")).Status, Is.EqualTo(HttpStatusCode.OK));
        Clock.Move(TimeSpan.FromMinutes(11));
        Assert.That((await browser.GetAsync("/Accounts")).Path, Does.StartWith("/Confirm"));
        Assert.That((await browser.OnceAsync(HttpMethod.Post, "/Accounts?handler=Invite", [])).Status, Is.Not.EqualTo(HttpStatusCode.OK));
        Assert.That((await browser.PostAsync("/Account", new() { ["password"] = "another password" }, "Password", "/Confirm")).Path, Does.StartWith("/Confirm"));
        Assert.That((await browser.PostAsync("/Confirm", new() { ["password"] = "wrong password", ["code"] = NextCode() })).Text, Does.Contain(SignInTexts.Wrong));
        Assert.That((await browser.PostAsync("/Confirm", new() { ["password"] = Password, ["code"] = "000000" })).Text, Does.Contain(SignInTexts.WrongCode));
        Shown back = await browser.PostAsync("/Confirm", new() { ["password"] = Password, ["code"] = NextCode(), ["returnUrl"] = "/Accounts" });
        Assert.That(back.Path, Is.EqualTo("/Accounts"), back.Text);
    }

    [TestCase("/Privacy", "Pseudonyms")]
    [TestCase("/Privacy", "Names")]
    [TestCase("/Privacy", "Decide")]
    [TestCase("/Privacy", "Retention")]
    [TestCase("/Terminals", "Enrol")]
    [TestCase("/Terminals/t1", "Configure")]
    [TestCase("/Terminals/t1", "Revoke")]
    [TestCase("/Devices/hall", "Credential")]
    [TestCase("/Devices/hall", "RevokeCredential")]
    [TestCase("/Webhooks/any", "Secret", "/Webhooks")]
    [TestCase("/Users/alice", "Pin")]
    [TestCase("/Users/alice", "Erase")]
    [TestCase("/Users/alice", "Export")]
    [TestCase("/Directories", "Mapping", "/")]
    [TestCase("/Updates", "Stage", "/")]
    [TestCase("/Updates", "Halt", "/")]
    [TestCase("/Updates", "Remove", "/")]
    [TestCase("/Updates", "Take", "/")]
    [TestCase("/ServerVersions", "Take", "/")]
    [TestCase("/ServerVersions", "Install", "/")]
    public async Task What_opens_doors_asks_who_it_is_before_it_is_done(string page, string handler, string? from = null)
    {
        using Browser ticket = await PersonAsync("ticket", "admins");
        long rows = await Database.CountAsync("select count(*) from audit_log");
        Shown shown = await ticket.PostAsync(page, new() { ["again"] = "alice", ["name"] = "x<y>" }, handler, from);
        Assert.That(shown.Text, Does.Contain("Is it still you?"));
        Assert.That(await Database.CountAsync("select count(*) from audit_log"), Is.EqualTo(rows), "nothing was done");
        if (handler != "Export")
        {
            Assert.That(shown.Status, Is.EqualTo(HttpStatusCode.Forbidden));
            Assert.That(shown.Text, Does.Contain("name=\"again\" value=\"alice\"").And.Contain("name=\"name\" value=\"x<y>\""), "what was typed is kept");
        }
    }

    [Test]
    public async Task Form_that_waited_for_the_secret_goes_on_as_it_was_typed()
    {
        using Browser browser = await SignedInAsync();
        Clock.Move(TimeSpan.FromMinutes(11));
        Shown asks = await browser.PostAsync("/Terminals/t1", new() { ["rules"] = "reverse", ["own"] = "true", ["methods"] = "card" }, "Configure");
        Dictionary<string, string> kept = Regex.Matches(asks.Text, "<input type=\"hidden\" name=\"(rules|own|methods)\" value=\"([^\"]*)\"").ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
        Assert.That(kept, Is.EquivalentTo(new Dictionary<string, string> { ["rules"] = "reverse", ["own"] = "true", ["methods"] = "card" }));
        Assert.That(asks.Text, Does.Contain("action=\"/Terminals/t1?handler=Configure\""));
        Assert.That((await browser.PostAsync("/Terminals/t1", new(kept) { ["proof.password"] = "wrong password", ["proof.code"] = NextCode() }, "Configure")).Text, Does.Contain(SignInTexts.Wrong).And.Contain("value=\"reverse\"").And.Not.Contain("wrong password"));
        Assert.That((await browser.PostAsync("/Terminals/t1", new(kept) { ["proof.password"] = Password, ["proof.code"] = "000000" }, "Configure")).Text, Does.Contain(SignInTexts.WrongCode));
        Shown done = await browser.PostAsync("/Terminals/t1", new(kept) { ["proof.password"] = Password, ["proof.code"] = NextCode() }, "Configure");
        Assert.That(done.Text, Does.Contain("Kept. The terminal follows at once."));
        Assert.That((await browser.PostAsync("/Terminals/t1", [], "Configure")).Text, Does.Contain("Kept."), "for some minutes nothing is asked again, and the terminal does as the site");
    }

    [Test]
    public async Task Administrator_invites_another_disables_and_resets_them_and_is_never_locked_out_alone()
    {
        using Browser first = await SignedInAsync();
        string code = Regex.Match((await first.PostAsync("/Accounts", new() { ["role"] = "administrator" }, "Invite")).Text, "class=\"code\">([^<]+)<").Groups[1].Value;
        using Browser second = new(Address);
        Shown enrol = await second.PostAsync("/Setup", new() { ["code"] = code, ["name"] = "second", ["password"] = Password });
        await EnrolAsync(second, enrol);
        using Browser again = new(Address);
        Assert.That((await again.PostAsync("/Setup", new() { ["code"] = code, ["name"] = "third", ["password"] = Password })).Text, Does.Contain("used or expired"));

        long id = await Database.CountAsync("select id from web_account where name = 'second'");
        long own = await Database.CountAsync("select id from web_account where name = 'root'");
        Assert.That((await first.PostAsync("/Accounts", Id(own), "Reset")).Text, Does.Contain("or it is your own"));
        Assert.That((await first.PostAsync("/Accounts", Id(id), "Reset")).Text, Does.Contain("sets a second step up at the next sign-in"));
        Assert.That((await second.OnceAsync(HttpMethod.Get, "/")).Location, Does.StartWith("/SignIn"), "their sessions have ended");
        Shown anew = await second.PostAsync("/SignIn", new() { ["name"] = "second", ["password"] = Password });
        Assert.That(anew.Path, Is.EqualTo("/Enrol"));
        await EnrolAsync(second, anew);

        Dictionary<string, string> off = Id(id);
        off["on"] = "false";
        Assert.That((await first.PostAsync("/Accounts", off, "Enable")).Text, Does.Contain("their sessions have ended"));
        Assert.That((await second.OnceAsync(HttpMethod.Get, "/")).Location, Does.StartWith("/SignIn"));
        Assert.That((await second.PostAsync("/SignIn", new() { ["name"] = "second", ["password"] = Password })).Text, Does.Contain(SignInTexts.Wrong), "disabled is told as wrong");
        AccountRepository accounts = Services.GetRequiredService<AccountRepository>();
        Assert.That(await accounts.SetEnabledAsync((await accounts.GetAsync(own, default))!, false, "test", default), Is.False, "the last administrator stays");

        foreach (string action in new[] { "setupCode.add", "account.add", "account.secondStep", "account.secondStepReset", "account.disable", "signIn", "signIn.refused" })
        {
            Assert.That(await Database.CountAsync("select count(*) from audit_log where action = @action and actor not like '%second%' and actor not like '%root%'", new { action }), Is.Positive, action);
        }
    }

    [Test]
    public async Task Own_password_and_second_step_are_changed_and_end_the_other_sessions()
    {
        using Browser here = await SignedInAsync();
        using Browser elsewhere = await SignedInAsync();
        Assert.That((await here.PostAsync("/Account", new() { ["password"] = "short" }, "Password")).Text, Does.Contain("10 to 256"));
        Assert.That((await here.PostAsync("/Account", new() { ["password"] = Password }, "Password")).Text, Does.Contain("The password is changed"));
        Assert.That((await elsewhere.OnceAsync(HttpMethod.Get, "/")).Location, Does.StartWith("/SignIn"));
        string old = Recovery.Dequeue();
        Assert.That((await here.PostAsync("/Account", [], "Recovery")).Text, Does.Match("<li>[0-9A-Z-]{19}</li>"));
        using Browser browser = new(Address);
        await browser.PostAsync("/SignIn", new() { ["name"] = "root", ["password"] = Password });
        Assert.That((await browser.PostAsync("/SecondStep", new() { ["code"] = old })).Text, Does.Contain(SignInTexts.WrongCode));
        Shown other = await here.PostAsync("/Account", [], "Authenticator");
        Assert.That(other.Path, Is.EqualTo("/Enrol"));
        Assert.That((await here.OnceAsync(HttpMethod.Get, "/")).Location, Does.StartWith("/SignIn"), "between the two nobody is signed in");
        (await SignedInAsync()).Dispose();
    }

    [TestCase("staff;admins", "administrator", null)]
    [TestCase("staff;sales admins", "administrator", "department=Sales")]
    [TestCase("admins;sales admins", "administrator", null)]
    [TestCase("customers;staff", "customer", null)]
    [TestCase("Admins", null, null)]
    [TestCase("admins*", null, null)]
    [TestCase("admins*;staff", "user", null)]
    [TestCase("pushed*;staff", "manager", null)]
    [TestCase("pushed", null, null)]
    [TestCase("", null, null)]
    public void Highest_role_of_all_groups_counts_and_the_wider_scope(string groups, string? role, string? scope) => Assert.That(
        RoleMapping.Of(groups.Split(';').Select(g => new HeldGroup { Folded = g.TrimEnd('*'), Provisioned = g.EndsWith('*') }), Services.GetRequiredService<WebOptions>()), Is.EqualTo(role is null ? null : new WebRole(role, scope)));

    private static string Landing(string who) => who is "sales admins" or "managers" ? "/Reports" : "/My";

    private static Dictionary<string, string> Id(long id) => new() { ["id"] = id.ToString(System.Globalization.CultureInfo.InvariantCulture) };

    private Task<int> SqlAsync(string sql) => Database.WriteAsync((c, _) => c.ExecuteAsync(sql), default);
}
