using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using CopyTrack.Integration.Live;
using NUnit.Framework;

namespace CopyTrack.Integration.Panels;

/// <summary>The pages on a device's own panel, asked for as an MFP's browser does: no script, forms alone, HTTP Basic with the device's secret.</summary>
[Parallelizable] // It has a server of its own and waits most of the time.
internal sealed partial class PanelPagesTests
{
    private static readonly (int Width, int Height)[] s_sizes = [(480, 272), (800, 480), (1024, 600)];

    [Test]
    public async Task A_person_logs_in_at_the_panel_chooses_a_project_sees_the_month_and_logs_out()
    {
        await using var site = await LiveSite.StartAsync(Db.Sqlite, "--Terminals:LoginMethods=card;pin", "--Polling:IdleSeconds=5");
        await site.GoodAsync("import", "users", site.Write("more.csv", "username,displayName,cards,language\ncarl,Carl C,04C3,de\n"));
        await site.GoodAsync("import", "projects", site.Write("projects.csv", "code,name\nP-1,Roof\n"));
        var secret = (await site.GoodAsync("device", "credential", "hall")).Trim();
        using var stranger = Client(site, null);
        using var wrong = Client(site, "cd_" + new string('A', 43));
        using var panel = Client(site, secret);

        Assert.That((await stranger.GetAsync("/panel")).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That((await wrong.GetAsync("/panel")).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        var page = await panel.GetStringAsync("/panel");
        Assert.That(page, Does.Contain("Hold your card to the reader").And.Contain("autofocus").And.Contain("/panel?how=pin").And.Not.Contain("<script"));
        await ShootAsync(site, secret, "login");

        Assert.That(await SubmitAsync(panel, page, "Login", ("how", "card"), ("card", "FFFF")), Does.Contain("unknown card"));
        var home = await SubmitAsync(panel, page, "Login", ("how", "card"), ("card", "04A1"));
        Assert.That(home, Does.Contain("Anna A").And.Contain("Log out").And.Contain("pages this month"));
        Assert.That(await UntilAsync(panel, "The panel is free"), Does.Contain("class=\"good\""));
        await ShootAsync(site, secret, "home");

        var projects = await panel.GetStringAsync("/panel?at=projects&find=roo");
        Assert.That(projects, Does.Contain("<b>P-1</b> Roof"));
        await ShootAsync(site, secret, "projects", "/panel?at=projects&find=roo");
        var id = ProjectButton().Match(projects).Groups[1].Value;
        Assert.That(await SubmitAsync(panel, projects, "Project", ("project", id)), Does.Contain("<b>P-1</b>Project"));
        Assert.That(await site.ScalarAsync("select count(*) from session where state in (1, 2) and project_id is not null and terminal_id like 'panel-%'"), Is.EqualTo(1));

        Assert.That(await SubmitAsync(panel, projects, "Logout"), Does.Contain("Hold your card to the reader"));
        await site.UntilAsync("select count(*) from session where end_reason = 1", 1);

        var german = await SubmitAsync(panel, await panel.GetStringAsync("/panel"), "Login", ("how", "card"), ("card", "04C3"));
        await UntilAsync(panel, "frei");
        await ShootAsync(site, secret, "home-de");
        await ShootAsync(site, secret, "projects-de", "/panel?at=projects&find=roo");
        Assert.That(WebUtility.HtmlDecode(german), Does.Contain("Abmelden").And.Contain("Seiten in diesem Monat"));
        await SubmitAsync(panel, german, "Logout");
        panel.DefaultRequestHeaders.AcceptLanguage.ParseAdd("de-DE");
        Assert.That(await panel.GetStringAsync("/panel"), Does.Contain("Karte an den Leser halten"));
        await ShootAsync(site, secret, "login-de", language: "de-DE");
        await ShootAsync(site, secret, "pin-de", "/panel?how=pin", "de-DE");
        await ShootAsync(site, secret, "pin", "/panel?how=pin");
    }

    [Test]
    public async Task A_panel_with_a_terminals_certificate_needs_no_secret_and_revocation_ends_it()
    {
        await using var site = await LiveSite.StartAsync(Db.Sqlite, "--Polling:IdleSeconds=5");
        var identity = await site.EnrolAsync("inside");
        using var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true, ClientCertificateContext = System.Net.Security.SslStreamCertificateContext.Create(identity.Certificate, null, offline: true) } };
        using var panel = new HttpClient(handler) { BaseAddress = new Uri($"https://localhost:{site.HttpsPort}") };
        var home = await SubmitAsync(panel, await panel.GetStringAsync("/panel"), "Login", ("how", "card"), ("card", "04A1"));
        Assert.That(home, Does.Contain("Anna A"));
        Assert.That(await site.ScalarAsync($"select count(*) from session where terminal_id = '{identity.Id}' and state in (0, 2)"), Is.EqualTo(1), "it is that terminal");
        await site.GoodAsync("terminal", "revoke", identity.Id);
        var status = HttpStatusCode.OK;
        for (var waited = Stopwatch.StartNew(); status == HttpStatusCode.OK && waited.Elapsed < TimeSpan.FromSeconds(15); await Task.Delay(250))
        {
            status = (await panel.GetAsync("/panel")).StatusCode;
        }

        Assert.That(status, Is.AnyOf(HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden));
        await site.UntilAsync("select count(*) from session where state < 3", 0);
    }

    [Test]
    public async Task Pages_may_be_asked_of_either_node_in_turn()
    {
        await using var site = await LiveSite.StartAsync(Db.PostgreSql, "--Polling:IdleSeconds=5", "--Polling:SettleSeconds=4");
        await site.GoodAsync("import", "projects", site.Write("projects.csv", "code,name\nP-1,Roof\n"));
        var secret = (await site.GoodAsync("device", "credential", "hall")).Trim();
        using var one = Client(site, secret);
        using var two = new HttpClient(new PanelBrowser(secret)) { BaseAddress = new Uri($"https://localhost:{await site.ServeBesideAsync()}") };
        Assert.That(await two.GetStringAsync("/panel"), Does.Contain("Hold your card"));

        Assert.That(await SubmitAsync(one, await one.GetStringAsync("/panel"), "Login", ("how", "card"), ("card", "04A1")), Does.Contain("Anna A"));
        Assert.That(await UntilAsync(two, "The panel is free"), Does.Contain("Anna A").And.Contain("class=\"good\""), "the other node knows who is there and frees the panel");
        var projects = await two.GetStringAsync("/panel?at=projects&find=roo");
        Assert.That(await SubmitAsync(two, projects, "Project", ("project", ProjectButton().Match(projects).Groups[1].Value)), Does.Contain("<b>P-1</b>Project"));
        var back = await UntilAsync(one, "<b>P-1</b>Project");
        Assert.That(back, Does.Contain("<b>P-1</b>Project").And.Contain("The panel is free"));
        Assert.That(await SubmitAsync(one, back, "Logout"), Does.Contain("Hold your card"));
        Assert.That(await two.GetStringAsync("/panel"), Does.Contain("Hold your card"), "who went at one node is gone at the other");
        await site.UntilAsync("select count(*) from session where state = 4 and end_reason = 1", 1);
    }

    [Test]
    public async Task A_form_without_the_key_of_its_page_does_nothing()
    {
        await using var site = await LiveSite.StartAsync(Db.Sqlite);
        var secret = (await site.GoodAsync("device", "credential", "hall")).Trim();
        using var panel = Client(site, secret);
        using var forged = new FormUrlEncodedContent(new Dictionary<string, string> { ["how"] = "card", ["card"] = "04A1", ["key"] = "0" });
        Assert.That(await (await panel.PostAsync("/panel?handler=Login", forged)).Content.ReadAsStringAsync(), Does.Contain("Hold your card"));
        Assert.That(await site.ScalarAsync("select count(*) from session"), Is.Zero);
    }

    private static HttpClient Client(LiveSite site, string? secret) => new(new PanelBrowser(secret)) { BaseAddress = new Uri($"https://localhost:{site.HttpsPort}") };

    private static async Task<string> SubmitAsync(HttpClient client, string page, string handler, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent([.. fields.Select(f => KeyValuePair.Create(f.Name, f.Value)), KeyValuePair.Create("key", FormKey().Match(page).Groups[1].Value)]);
        using var answer = await client.PostAsync($"/panel?handler={handler}", form);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task<string> UntilAsync(HttpClient client, string text)
    {
        for (var waited = Stopwatch.StartNew(); ;)
        {
            var page = await client.GetStringAsync("/panel");
            if (page.Contains(text, StringComparison.Ordinal) || waited.Elapsed > TimeSpan.FromSeconds(10))
            {
                return page;
            }

            await Task.Delay(100);
        }
    }

    /// <summary>With COPYTRACK_PANEL_SHOTS set to a folder, what a browser makes of the page at each panel's size.</summary>
    private static async Task ShootAsync(LiveSite site, string secret, string name, string path = "/panel", string language = "en-GB")
    {
        if (Environment.GetEnvironmentVariable("COPYTRACK_PANEL_SHOTS") is not { Length: > 0 } folder)
        {
            return;
        }

        foreach (var (width, height) in s_sizes)
        {
            var file = Path.Combine(folder, $"{name}-{width}.png");
            using var browser = Process.Start(new ProcessStartInfo("chromium",
            [
                "--headless", $"--accept-lang={language}", "--no-sandbox", "--disable-gpu", "--ignore-certificate-errors", "--hide-scrollbars", string.Create(CultureInfo.InvariantCulture, $"--window-size={width},{height}"),
                $"--screenshot={file}", $"https://hall:{secret}@localhost:{site.HttpsPort}{path}",
            ]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            await browser.WaitForExitAsync();
            Assert.That(File.Exists(file), file);
        }
    }

    [GeneratedRegex("name=\"key\" value=\"([0-9A-F]+)\"")]
    private static partial Regex FormKey();

    [GeneratedRegex("name=\"project\" value=\"([0-9]+)\"")]
    private static partial Regex ProjectButton();

    /// <summary>Sends the device's credential with what a redirect asks for as well, as browsers do and the base library does not.</summary>
    private sealed class PanelBrowser(string? secret) : DelegatingHandler(new HttpClientHandler { AllowAutoRedirect = false, ServerCertificateCustomValidationCallback = (_, _, _, _) => true })
    {
        private readonly AuthenticationHeaderValue? basic = secret is null ? null : new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"hall:{secret}")));

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Authorization = basic;
            var answer = await base.SendAsync(request, cancellationToken);
            if (answer.Headers.Location is not { } next)
            {
                return answer;
            }

            answer.Dispose();
            using var followed = new HttpRequestMessage(HttpMethod.Get, new Uri(request.RequestUri!, next));
            followed.Headers.Authorization = basic;
            return await base.SendAsync(followed, cancellationToken);
        }
    }
}
