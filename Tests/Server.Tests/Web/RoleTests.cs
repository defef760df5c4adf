using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using CopyTrack.Server.Data.Repositories;
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
internal sealed class RoleTests(Db db) : WebFixture(db)
{
    /// <summary>Whom a route lets in. Routes of the API, provisioning, enrolment and health guard themselves by token, code or address; the panel page by its device's secret.</summary>
    private static readonly Dictionary<string, string[]> s_open = new(StringComparer.OrdinalIgnoreCase)
    {
        ["SignIn"] = ["nobody", "all"], ["Setup"] = ["nobody", "all"], ["SecondStep"] = ["nobody", "all"], ["Enrol"] = ["nobody", "all"], ["SignIn/Negotiate"] = ["nobody", "all"],
        ["assets/{name}"] = ["nobody", "all"], ["Language"] = ["nobody", "all"], ["Error/{code:int}"] = ["nobody", "all"], ["panel.css"] = ["nobody", "all"], ["panel"] = ["nobody", "all"], ["Account"] = ["all"], ["Confirm"] = ["all"], ["SignOut"] = ["all"],
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
        foreach (RouteEndpoint route in Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            string pattern = route.RoutePattern.RawText!.Trim('/');
            if (pattern.StartsWith("api/", StringComparison.Ordinal) || pattern.StartsWith("scim/", StringComparison.Ordinal) || pattern is "health/live" or "health/ready" or "metrics")
            {
                Assert.That(route.Metadata.GetMetadata<IAllowAnonymous>(), Is.Not.Null, $"{pattern} guards itself and must say so");
                continue;
            }

            routes++;
            string[] open = s_open.GetValueOrDefault(pattern, []);
            Assert.That(route.Metadata.GetMetadata<IAllowAnonymous>() is not null, Is.EqualTo(open.Contains("nobody")), pattern);
            string path = "/" + Regex.Replace(pattern, "{name}", "users").Replace("{code:int}", "404", StringComparison.Ordinal).Replace("{format}", "csv", StringComparison.Ordinal);
            foreach ((string who, Browser browser) in browsers)
            {
                foreach (HttpMethod method in new[] { HttpMethod.Get, HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete })
                {
                    bool some = who is not ("nobody" or "no group");
                    bool allowed = open.Contains("nobody") || (some && open.Contains("all"));
                    Shown shown = await browser.OnceAsync(method, path, method == HttpMethod.Get ? null : []);
                    bool denied = shown.Status == HttpStatusCode.Forbidden || shown.Location?.StartsWith(some ? "/Account" : "/SignIn", StringComparison.Ordinal) == true
                        || shown.Status is HttpStatusCode.MethodNotAllowed;
                    Assert.That(denied || (allowed && shown.Status != HttpStatusCode.Forbidden), Is.True, $"{method} {path} as {who}: {shown.Status} {shown.Location}");
                    Assert.That(shown.Text, Does.Not.Contain("alice").IgnoreCase, $"{method} {path} as {who}");
                }
            }
        }

        Assert.That(routes, Is.GreaterThan(15));
        Assert.That((await browsers["nobody"].OnceAsync(HttpMethod.Get, "/no/such/page")).Location, Does.StartWith("/SignIn"));
        Assert.That((await browsers["staff"].OnceAsync(HttpMethod.Get, "/no/such/page")).Status, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task Group_that_is_taken_away_and_a_person_who_is_switched_off_are_out_at_once()
    {
        using Browser browser = await PersonAsync("mover", "admins");
        Assert.That((await browser.OnceAsync(HttpMethod.Get, "/Users")).Status, Is.EqualTo(HttpStatusCode.OK));
        await SqlAsync("update person_group set group_name = 'staff', group_folded = 'staff' where person_id = (select id from person where user_folded = 'mover')");
        Assert.That((await browser.OnceAsync(HttpMethod.Get, "/Users")).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await browser.OnceAsync(HttpMethod.Get, "/")).Location, Is.EqualTo("/Account"));
        Assert.That((await browser.GetAsync("/Account")).Text, Does.Contain("<dd>user</dd>").And.Not.Contain("href=\"/Users\""));
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

    [Test]
    public async Task Administrator_invites_another_disables_and_resets_them_and_is_never_locked_out_alone()
    {
        using Browser first = await SignedInAsync();
        string code = Regex.Match((await first.PostAsync("/Accounts", [], "Invite")).Text, "class=\"code\">([^<]+)<").Groups[1].Value;
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
    [TestCase("", null, null)]
    public void Highest_role_of_all_groups_counts_and_the_wider_scope(string groups, string? role, string? scope) => Assert.That(
        RoleMapping.Of(groups.Split(';'), Services.GetRequiredService<WebOptions>()), Is.EqualTo(role is null ? null : new WebRole(role, scope)));

    private static Dictionary<string, string> Id(long id) => new() { ["id"] = id.ToString(System.Globalization.CultureInfo.InvariantCulture) };

    private Task<int> SqlAsync(string sql) => Database.WriteAsync((c, _) => c.ExecuteAsync(sql), default);

    /// <summary>A person in these groups with a session, as after a computer's ticket.</summary>
    private async Task<Browser> PersonAsync(string name, params string[] groups)
    {
        PersonRow person = new() { Id = Ids.Next(), OrgId = 1, UserName = name, UserFolded = name, CreatedAt = default, UpdatedAt = default };
        await Services.GetRequiredService<PersonRepository>().PutAsync(person, default);
        foreach (string group in groups)
        {
            await Database.WriteAsync((c, _) => c.ExecuteAsync("insert into person_group (person_id, group_name, group_folded) values (@id, @group, @group)", new { id = person.Id, group }), default);
        }

        byte[] secret = RandomNumberGenerator.GetBytes(32);
        DateTimeOffset now = Clock.GetUtcNow();
        await Services.GetRequiredService<WebSessionRepository>().BeginAsync(
            new WebSessionRow { Hash = SHA256.HashData(secret), OrgId = 1, PersonId = person.Id, Method = "negotiate", Stage = WebSessionStage.SignedIn, BeganAt = now, SeenAt = now }, null, "signIn", null, default);
        return new Browser(Address) { Cookies = new() { [WebSessions.Cookie] = System.Buffers.Text.Base64Url.EncodeToString(secret) } };
    }
}
