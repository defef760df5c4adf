using System.Diagnostics;
using System.Net;
using CopyTrack.Identity.SecondStep;
using CopyTrack.Server.Tests.Data;
using CopyTrack.Server.Web.SignIn;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

/// <summary>Sign-in of local accounts: password, second step, cookies and their end, lock-out, on both databases.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
[NonParallelizable] // One clock that the tests put forward.
internal sealed class SignInTests(Db db) : WebFixture(db)
{
    [Test]
    public async Task Password_alone_opens_nothing_and_each_step_gets_a_cookie_of_its_own()
    {
        using Browser browser = new(Address);
        Shown step = await browser.PostAsync("/SignIn", Form("root", Password, "/Devices"));
        string line = browser.Set.Single(l => l.StartsWith(WebSessions.Cookie + "=", StringComparison.Ordinal)).ToLowerInvariant();
        string pending = browser.Cookies[WebSessions.Cookie];

        Assert.That(step.Path, Is.EqualTo("/SecondStep?returnUrl=%2FDevices"));
        Assert.That(line, Does.Contain("; path=/").And.Contain("; secure").And.Contain("; httponly").And.Contain("; samesite=strict").And.Not.Contain("expires").And.Not.Contain("domain"));
        Assert.That((await browser.OnceAsync(HttpMethod.Get, "/")).Location, Does.StartWith("/SignIn"));
        Assert.That((await browser.OnceAsync(HttpMethod.Get, "/Account")).Location, Does.StartWith("/SignIn"));
        Assert.That((await browser.OnceAsync(HttpMethod.Get, "/Enrol")).Location, Is.EqualTo("/SignIn"), "a second step that is there can't be set up anew by a password");

        Shown devices = await browser.PostAsync("/SecondStep", new() { ["code"] = NextCode(), ["returnUrl"] = "/Devices" });
        Assert.That(devices.Path, Is.EqualTo("/Devices"), devices.Text);
        Assert.That(browser.Cookies[WebSessions.Cookie], Is.Not.EqualTo(pending));
        browser.Cookies[WebSessions.Cookie] = pending;
        Assert.That((await browser.OnceAsync(HttpMethod.Get, "/SecondStep")).Location, Is.EqualTo("/SignIn"), "the cookie of the step before is worth nothing");
    }

    [Test]
    public async Task Code_is_good_once_and_so_is_a_recovery_code()
    {
        string code = NextCode(), paper = Recovery.Dequeue();
        foreach ((string typed, bool good) in new[] { (code, true), (code, false), (paper.ToLowerInvariant(), true), (paper, false) })
        {
            using Browser browser = new(Address);
            await browser.PostAsync("/SignIn", Form("root", Password));
            Shown page = await browser.PostAsync("/SecondStep", new() { ["code"] = typed });
            Assert.That(page.Text, Does.Contain(good ? "<h1>Overview</h1>" : "was used already"), typed);
        }

        Assert.That(await Database.CountAsync("select count(*) from audit_log where action = 'account.recoveryCodeUsed'"), Is.EqualTo(1));
        Clock.Move(TimeSpan.FromMinutes(6));
    }

    [Test]
    public async Task Two_who_use_one_code_at_once_do_not_both_get_in()
    {
        Browser[] browsers = [.. Enumerable.Range(0, 4).Select(_ => new Browser(Address))];
        foreach (Browser browser in browsers)
        {
            await browser.PostAsync("/SignIn", Form("root", Password));
        }

        string code = NextCode();
        Shown[] pages = await Task.WhenAll(browsers.Select(b => b.PostAsync("/SecondStep", new() { ["code"] = code })));
        Assert.That(pages.Count(p => p.Text.Contains("<h1>Overview</h1>", StringComparison.Ordinal)), Is.EqualTo(1));
        Clock.Move(TimeSpan.FromMinutes(6));
    }

    [Test]
    public async Task Session_ends_by_sign_out_by_idleness_and_by_its_length()
    {
        using Browser leaving = await SignedInAsync();
        using Browser thief = leaving.Copy();
        Assert.That((await leaving.PostAsync("/SignOut", [], from: "/Account")).Path, Does.StartWith("/SignIn"));
        Assert.That((await thief.OnceAsync(HttpMethod.Get, "/")).Location, Does.StartWith("/SignIn"), "the cookie is worth nothing after the sign-out");

        using Browser idle = await SignedInAsync();
        Clock.Move(TimeSpan.FromMinutes(20));
        Assert.That((await idle.OnceAsync(HttpMethod.Get, "/?self=1")).Status, Is.EqualTo(HttpStatusCode.OK));
        Clock.Move(TimeSpan.FromMinutes(11));
        Assert.That((await idle.OnceAsync(HttpMethod.Get, "/")).Location, Does.StartWith("/SignIn"), "a page that loads itself is no sign of a person");

        using Browser busy = await SignedInAsync();
        for (int i = 0; i < 24; i++)
        {
            Clock.Move(TimeSpan.FromMinutes(29));
            Assert.That((await busy.OnceAsync(HttpMethod.Get, "/")).Status, Is.EqualTo(HttpStatusCode.OK), $"after {29 * (i + 1)} minutes of use");
        }

        Clock.Move(TimeSpan.FromMinutes(25));
        Assert.That((await busy.OnceAsync(HttpMethod.Get, "/")).Location, Does.StartWith("/SignIn"), "twelve hours are the most");
    }

    [Test]
    public async Task Wrong_tries_lock_a_name_alike_whether_it_exists_and_say_the_same_in_the_same_time()
    {
        Clock.Move(TimeSpan.FromMinutes(30));
        List<string>[] told = [[], []];
        TimeSpan[] took = [default, default];
        for (int i = 0; i < 6; i++)
        {
            for (int who = 0; who < 2; who++)
            {
                using Browser browser = new(Address);
                long began = Stopwatch.GetTimestamp();
                Shown page = await browser.PostAsync("/SignIn", Form(who == 0 ? "root" : "nobody", i == 5 && who == 0 ? Password : "wrong password"));
                took[who] += Stopwatch.GetElapsedTime(began);
                Assert.That(page.Status, Is.EqualTo(HttpStatusCode.Forbidden));
                told[who].Add(page.Text.Replace("value=\"root\"", "", StringComparison.Ordinal).Replace("value=\"nobody\"", "", StringComparison.Ordinal).Split("role=\"alert\">")[1].Split('<')[0]);
            }
        }

        Assert.That(told[0], Is.EqualTo(told[1]));
        Assert.That(told[0][..5], Is.All.EqualTo(SignInTexts.Wrong));
        Assert.That(told[0][5], Is.EqualTo(SignInTexts.Locked(900).ToString()), "even the right password is not looked at");
        Assert.That(Math.Abs((took[0] - took[1]).TotalMilliseconds) / 6, Is.LessThan(150), $"{took[0]} and {took[1]}");
        Assert.That(await Database.CountAsync("select count(*) from lockout where name like '%root%' or name like '%nobody%'"), Is.Zero);

        Clock.Move(TimeSpan.FromMinutes(16));
        (await SignedInAsync()).Dispose();
    }

    [Test]
    public async Task Guesses_at_the_second_step_lock_and_a_right_password_between_them_forgives_nothing()
    {
        Clock.Move(TimeSpan.FromMinutes(30));
        string last = "";
        for (int i = 0; i < 6; i++)
        {
            using Browser browser = new(Address);
            Shown step = await browser.PostAsync("/SignIn", Form("root", Password));
            last = step.Text;
            if (step.Path.StartsWith("/SecondStep", StringComparison.Ordinal))
            {
                // A telephone whose clock is an hour off.
                last = (await browser.PostAsync("/SecondStep", new() { ["code"] = Totp.Code(Secret, Totp.StepOf(Clock.GetUtcNow()) + 120) })).Text;
            }

            Clock.Move(TimeSpan.FromSeconds(20));
        }

        Assert.That(last, Does.Contain("Too many wrong tries"));
        Clock.Move(TimeSpan.FromMinutes(16));
    }

    [Test]
    public async Task Guesses_at_once_are_counted_one_by_one()
    {
        Clock.Move(TimeSpan.FromMinutes(30));
        Browser[] browsers = [.. Enumerable.Range(0, 9).Select(_ => new Browser(Address))];
        Shown[] pages = await Task.WhenAll(browsers.Select(b => b.PostAsync("/SignIn", Form("crowd", "wrong password"))));
        Assert.That(pages.Count(p => p.Text.Contains(SignInTexts.Wrong, StringComparison.Ordinal)), Is.EqualTo(5));
        Assert.That(pages.Count(p => p.Text.Contains("Too many", StringComparison.Ordinal)), Is.EqualTo(4));
    }

    [TestCase("//evil.example/", "/")]
    [TestCase("/\\evil.example", "/")]
    [TestCase("https://evil.example/", "/")]
    [TestCase("javascript:alert(1)", "/")]
    [TestCase("/Devices?find=a", "/Devices?find=a")]
    [TestCase(null, "/")]
    public void Way_back_leads_to_this_site_only(string? wanted, string path) => Assert.That(LocalPath.Of(wanted), Is.EqualTo(path));

    [Test]
    public async Task Names_and_passwords_of_any_length_and_cookies_of_any_kind_break_nothing()
    {
        foreach ((string name, string password) in new[] { ("", "x"), (new string('n', 5000), "x"), ("' or 1=1 --", "' or 1=1 --"), ("x", new string('p', 100_000)) })
        {
            using Browser browser = new(Address);
            Shown page = await browser.PostAsync("/SignIn", Form(name, password));
            Assert.That(page.Text, Does.Contain(SignInTexts.Wrong), $"{page.Status} {name.Length} {password.Length}");
        }

        using Browser nul = new(Address);
        Assert.That((await nul.PostAsync("/SignIn", Form("a\0b", "\0"))).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        foreach (string cookie in new[] { "x", new string('A', 43), new string('A', 4000), "%00%ff", new string('é', 43) })
        {
            using Browser browser = new(Address) { Cookies = new() { [WebSessions.Cookie] = Uri.EscapeDataString(cookie) } };
            Assert.That((await browser.OnceAsync(HttpMethod.Get, "/")).Location, Does.StartWith("/SignIn"));
        }
    }

    private static Dictionary<string, string> Form(string name, string password, string back = "/") => new() { ["name"] = name, ["password"] = password, ["returnUrl"] = back };
}
