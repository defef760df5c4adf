using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using CopyTrack.Integration.Live;
using CopyTrack.TestKit.Kerberos;
using NUnit.Framework;

namespace CopyTrack.Integration.Kerberos;

/// <summary>
/// Sign-in to the web of the real server by a MIT KDC: passwords in the form, tickets by curl as a browser of the realm sends them, and what is refused.
/// </summary>
[NonParallelizable] // One KDC whose proxy lies for a test at a time.
public sealed class WebSignInTests
{
    private const string Host = "copytrack.acme.test", Here = "copytrack.localhost", Wrong = "Name or password is wrong, or the account is locked.";

    private static readonly TimeSpan s_alike = TimeSpan.FromMilliseconds(300);

    private KerberosSite site = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        site = await KerberosSite.StartAsync(Db.Sqlite, null, "--Lockout:Attempts=3", "--Web:Roles:admins=administrator", "--Web:Roles:staff=user");
        await site.Site.GoodAsync("import", "users", site.Site.Write("groups.csv", "username,groups\nalice,admins;staff\nsha2,staff\nnopreauth,\n"));
        await site.Kdc.AdministerAsync($"addprinc -randkey HTTP/{Here}", $"ktadd -k {site.Kdc.Keytab} HTTP/{Here}");
    }

    [OneTimeTearDown]
    public Task EndAsync() => site.DisposeAsync().AsTask();

    [SetUp]
    public void TellTheTruth() => site.Proxy.Tell((_, _, answer) => answer);

    [Test]
    public async Task Ticket_of_the_computer_signs_a_person_in_with_the_role_of_their_groups()
    {
        await TicketAsync("alice");
        var (status, page) = await CurlAsync("-L", "--negotiate", "-u", ":", "/SignIn/Negotiate?returnUrl=/Users");
        Assert.That(status, Is.EqualTo(200), page + site.Site.Log);
        Assert.That(page, Does.Contain("<h1>Users</h1>"), page + site.Site.Log);
        Assert.That((await CurlAsync("/Account")).Text, Does.Contain("by this computer&#x27;s ticket"));
        Assert.That((await CurlAsync("/Accounts")).Status, Is.EqualTo(302), "a ticket shows no secret for security settings");
        Assert.That(await site.Site.ScalarAsync("select count(*) from audit_log where action = 'signIn' and after_value like 'negotiate from %'"), Is.Positive);

        await TicketAsync("sha2");
        (status, page) = await CurlAsync("-L", "--negotiate", "-u", ":", "/SignIn/Negotiate");
        Assert.That(page, Does.Contain("<h1>My copies</h1>"));
        Assert.That((await CurlAsync("/Users")).Status, Is.EqualTo(403));
    }

    [Test]
    public async Task Chromium_with_a_ticket_lands_on_the_persons_own_page_and_nobody_typed_anything()
    {
        await TicketAsync("sha2");
        var page = await ChromiumAsync("/SignIn/Negotiate");
        Assert.That(page, Does.Contain("<h1>My copies</h1>"), page + site.Site.Log + site.Kdc.Log);
        Assert.That(site.Kdc.Log, Does.Match($"sha2@ACME.TEST for HTTP/{Here}@ACME.TEST"), "the browser itself asked the KDC");
    }

    [Test]
    public async Task Chromium_without_a_ticket_is_shown_the_way_to_name_and_password()
    {
        File.Delete(Path.Combine(site.Kdc.Directory, "ccache"));
        var page = await ChromiumAsync("/SignIn/Negotiate");
        Assert.That(page, Does.Contain("Your computer did not sign you in here. Sign in with name and password.").And.Contain("href=\"/SignIn\""));
        Assert.That(await ChromiumAsync("/"), Does.Contain("name=\"password\"").And.Contain("href=\"/SignIn/Negotiate"));
    }

    [TestCase("nopreauth", "none of your groups")]
    [TestCase("carol", "none of your groups")]
    public async Task Ticket_of_somebody_without_a_role_or_a_record_opens_nothing(string who, string text)
    {
        await TicketAsync(who);
        var (status, page) = await CurlAsync("--negotiate", "-u", ":", "/SignIn/Negotiate");
        Assert.That(status, Is.EqualTo(403));
        Assert.That(page, Does.Contain(text));
        Assert.That((await CurlAsync("/Account")).Status, Is.EqualTo(302));
    }

    [Test]
    public async Task Tickets_are_asked_for_and_taken_at_one_address_only()
    {
        await TicketAsync("alice");
        foreach (var path in new[] { "/", "/Users", "/SignIn", "/api/v1/users" })
        {
            var (status, text) = await CurlAsync("-i", "--negotiate", "-u", ":", path);
            Assert.That(text, Does.Not.Contain("WWW-Authenticate: Negotiate").IgnoreCase, path);
            Assert.That(status, Is.EqualTo(path == "/SignIn" ? 200 : path == "/api/v1/users" ? 401 : 302), path);
        }

        var (challenged, answer) = await CurlAsync("-i", "/SignIn/Negotiate");
        Assert.That(challenged, Is.EqualTo(401));
        Assert.That(answer, Does.Match("(?i)www-authenticate: negotiate\r"));
    }

    [Test]
    public async Task Everything_but_a_good_ticket_of_Kerberos_is_refused()
    {
        // NTLM's first message, bare and as SPNEGO's only mechanism; noise; an empty token; a token of another kind; huge.
        var ntlm = "TlRMTVNTUAABAAAAB4IIogAAAAAAAAAAAAAAAAAAAAAKAGFKAAAADw==";
        var wrapped = Convert.ToBase64String([0x60, 0x40, 0x06, 0x06, 0x2B, 0x06, 0x01, 0x05, 0x05, 0x02, 0xA0, 0x36, 0x30, 0x34, 0xA0, 0x0E, 0x30, 0x0C, 0x06, 0x0A, 0x2B, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x0A, 0xA2, 0x22, 0x04, 0x20, .. "NTLMSSP\0"u8, 1, 0, 0, 0, .. new byte[20]]);
        foreach (var token in new[] { ntlm, wrapped, "AAAA", "=", "%%%", new string('A', 20_000), Convert.ToBase64String([0x60, 0x84, 0xFF, 0xFF, 0xFF, 0xFF]) })
        {
            var (status, page) = await CurlAsync("-H", "Authorization: Negotiate " + token, "/SignIn/Negotiate");
            Assert.That(status, Is.EqualTo(403), token[..Math.Min(20, token.Length)] + page);
        }

        await site.UntilLoggedAsync("offered NTLM, which is never taken");

        // A good ticket for somebody else's service.
        await TicketAsync("alice");
        var (other, _) = await CurlToAsync("stranger.acme.test", "--negotiate", "-u", ":", "/SignIn/Negotiate");
        Assert.That(other, Is.EqualTo(403));
        await site.UntilLoggedAsync("the ticket was not taken");
    }

    [Test]
    public async Task Ticket_that_somebody_caught_and_sends_again_is_refused()
    {
        await TicketAsync("alice");
        var (status, seen) = await CurlAsync("-v", "--negotiate", "-u", ":", "/SignIn/Negotiate");
        Assert.That(status, Is.EqualTo(302));
        var caught = Regex.Match(seen, "(?i)authorization: (Negotiate [A-Za-z0-9+/=]{100,})").Groups[1].Value;
        Assert.That(caught, Is.Not.Empty, seen);
        Assert.That((await CurlAsync("-H", "Authorization: " + caught, "/SignIn/Negotiate")).Status, Is.EqualTo(403));
    }

    [Test]
    public async Task Person_of_the_directory_signs_in_by_password_and_confirms_by_it()
    {
        using var browser = Browser();
        var page = await SignInAsync(browser, "alice@acme.test", PrivateKdc.Password, "/Users");
        Assert.That(page, Does.Contain("<h1>Users</h1>"), page + site.Site.Log);
        var accounts = await browser.GetStringAsync("/Accounts");
        Assert.That(accounts, Does.Match("<td[^>]*>admins</td><td[^>]*>administrator</td>"), "a password of a moment ago is proof enough");
        var told = await PostAsync(browser, "/Confirm", new() { ["password"] = "wrong" });
        Assert.That(told, Does.Contain(Wrong));
        Assert.That(await PostAsync(browser, "/Confirm", new() { ["password"] = PrivateKdc.Password, ["returnUrl"] = "/Account" }), Does.Contain("<dd>administrator</dd>"));
        Assert.That(site.Site.Log, Does.Not.Contain(PrivateKdc.Password));
    }

    [Test]
    public async Task Person_with_several_principals_confirms_by_the_password_of_the_one_they_signed_in_by()
    {
        // "pushed@" is the first one, and nobody at the KDC has it.
        await site.Site.GoodAsync("import", "users", site.Site.Write("several.csv", "username,principal,groups\nseveral,pushed@ACME.TEST,staff\n"));
        await site.Site.RunSqlAsync("insert into person_principal_other (org_id, principal, person_id) select org_id, 'aes128@ACME.TEST', id from person where user_folded = 'several'");
        using var browser = Browser();
        Assert.That(await SignInAsync(browser, "aes128", PrivateKdc.Password), Does.Contain("<h1>My copies</h1>"));
        Assert.That(await PostAsync(browser, "/Confirm", new() { ["password"] = "wrong" }), Does.Contain(Wrong));
        Assert.That(await PostAsync(browser, "/Confirm", new() { ["password"] = PrivateKdc.Password, ["returnUrl"] = "/Account" }), Does.Contain("<dd>employee</dd>"));
    }

    [Test]
    [Category("Alone")] // It measures.
    public async Task Known_unknown_locked_and_ended_names_are_told_alike_and_take_as_long()
    {
        // A busy machine adds to some; what each takes at least is what can be told apart from outside. A third wrong password would lock sha2 out.
        Dictionary<string, TimeSpan> least = [];
        for (var round = 0; round < 2 && (round == 0 || Spread() >= s_alike); round++)
        {
            foreach (var name in new[] { "sha2", "nobody", "disabled", "expired", "nobody@evil.test", "' or 1=1 --", "*)(uid=*" })
            {
                using var browser = Browser();
                await browser.GetStringAsync("/SignIn");
                var began = Stopwatch.GetTimestamp();
                Assert.That(await SignInAsync(browser, name, "wrong"), Does.Contain(Wrong), name);
                var took = Stopwatch.GetElapsedTime(began);
                least[name] = least.TryGetValue(name, out var before) && before < took ? before : took;
            }
        }

        Assert.That(Spread(), Is.LessThan(s_alike), string.Join(", ", least));

        TimeSpan Spread() => least.Values.Max() - least.Values.Min();
    }

    [Test]
    public async Task Wrong_passwords_at_the_web_and_at_a_terminal_count_together()
    {
        await using var terminal = await LiveTerminal.ConnectAsync(site.Site, await site.Site.EnrolAsync("both"), "password");
        foreach (var name in new[] { "dora", "ghost" })
        {
            using var browser = Browser();
            await SignInAsync(browser, name, "wrong");
            Assert.That((await KerberosSite.LoginAsync(terminal, name, "wrong"))["error"]!["code"]!.GetValue<int>(), Is.EqualTo(-32003));
            await SignInAsync(browser, name + "@ACME.TEST", "wrong");
            Assert.That((await KerberosSite.LoginAsync(terminal, name, "wrong"))["error"]!["code"]!.GetValue<int>(), Is.EqualTo(-32005), name);
            Assert.That(await SignInAsync(browser, name, PrivateKdc.Password), Does.Contain("Too many wrong tries for this name. Try again in 15 minutes"));
        }
    }

    [Test]
    public async Task Server_away_is_told_as_such_and_a_local_account_works_all_the_same()
    {
        var code = (await site.Site.GoodAsync("setup-code")).Trim();
        await site.Kdc.KillAsync();
        try
        {
            using var browser = Browser();
            Assert.That(await SignInAsync(browser, "nopreauth", PrivateKdc.Password), Does.Contain("Passwords can't be checked right now"));
            Assert.That(await PostAsync(browser, "/Setup", new() { ["code"] = code, ["name"] = "keeper", ["password"] = "a long enough one" }), Does.Contain("Set up the second step"));
            using var later = Browser();
            Assert.That(await SignInAsync(later, "keeper", "a long enough one"), Does.Contain("Set up the second step"));
            using var wrong = Browser();
            Assert.That(await SignInAsync(wrong, "keeper", "not the one at all"), Does.Contain("Passwords can't be checked right now"), "a local name is told like any other");
        }
        finally
        {
            await site.Kdc.StartAgainAsync();
        }
    }

    private async Task TicketAsync(string who)
    {
        File.Delete(Path.Combine(site.Kdc.Directory, "ccache"));
        File.Delete(Path.Combine(site.Kdc.Directory, "cookies"));
        var (status, output) = await site.Kdc.ToolAsync(PrivateKdc.Password + "\n", "kinit", who);
        Assert.That(status, Is.Zero, output);
    }

    private Task<(int Status, string Text)> CurlAsync(params string[] arguments) => CurlToAsync(Host, arguments);

    /// <summary>curl as a browser of the realm: the person's tickets, cookies kept, our host's name leading to this server; the last argument is the path.</summary>
    private async Task<(int Status, string Text)> CurlToAsync(string host, params string[] arguments)
    {
        var cookies = Path.Combine(site.Kdc.Directory, "cookies");
        var (status, output) = await site.Kdc.ToolAsync(
            "", "curl", ["-s", "-k", "--max-time", "20", "--resolve", $"{host}:{site.Site.HttpsPort}:127.0.0.1", "-b", cookies, "-c", cookies, "-w", "\nstatus %{http_code}\n", .. arguments[..^1],
                $"https://{host}:{site.Site.HttpsPort}{arguments[^1]}"]);
        Assert.That(status, Is.Zero, output);
        return (int.Parse(Regex.Match(output, "\nstatus ([0-9]{3})\n").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), output);
    }

    /// <summary>
    /// What Chromium shows at that path, as on a computer of the realm: the person's tickets, and the administrator's leave to send tickets to our host. Chromium asks for a ticket
    /// of the name that it finds at the end of the look-up, and that is the address itself for a name that a switch maps; names below localhost it looks up by itself. On Linux
    /// it loads GSSAPI when a site first asks for a ticket, too late for that first answer, and remembers it: the state is that of a browser that has met such a site.
    /// </summary>
    private async Task<string> ChromiumAsync(string path)
    {
        var profile = Directory.CreateTempSubdirectory("copytrack-chromium-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(profile, "Local State"), """{"net":{"received_http_auth_negotiate_headers":true}}""");
            var (status, output) = await site.Kdc.ToolAsync(
                "", "timeout", "60", "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--accept-lang=en", "--ignore-certificate-errors", $"--user-data-dir={profile}", $"--auth-server-allowlist={Here}",
                "--dump-dom", $"https://{Here}:{site.Site.HttpsPort}{path}");
            Assert.That(status, Is.Zero, output);
            return output;
        }
        finally
        {
            Directory.Delete(profile, recursive: true);
        }
    }

    private HttpClient Browser() => new(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true }, CookieContainer = new CookieContainer() })
    {
        BaseAddress = new Uri($"https://localhost:{site.Site.HttpsPort}"),
    };

    private static Task<string> SignInAsync(HttpClient browser, string name, string password, string back = "/") =>
        PostAsync(browser, "/SignIn", new() { ["name"] = name, ["password"] = password, ["returnUrl"] = back });

    private static async Task<string> PostAsync(HttpClient browser, string path, Dictionary<string, string> form)
    {
        form["__RequestVerificationToken"] = Regex.Match(await browser.GetStringAsync(path), "name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"").Groups[1].Value;
        using var content = new FormUrlEncodedContent(form);
        using var response = await browser.PostAsync(path, content);
        return WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync());
    }
}
