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
[TestFixture]
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
        Assert.That(home, Does.Contain("Anna A").And.Contain("Log out").And.Contain("pages, this month"));
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
        Assert.That(WebUtility.HtmlDecode(german), Does.Contain("Abmelden").And.Contain("Dieser Monat".ToLowerInvariant()));
        await SubmitAsync(panel, german, "Logout");
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
    private static async Task ShootAsync(LiveSite site, string secret, string name, string path = "/panel")
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
                "--headless", "--no-sandbox", "--disable-gpu", "--ignore-certificate-errors", "--hide-scrollbars", string.Create(CultureInfo.InvariantCulture, $"--window-size={width},{height}"),
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
