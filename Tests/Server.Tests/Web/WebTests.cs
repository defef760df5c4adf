using System.Net;
using System.Text.RegularExpressions;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Secrets;
using CopyTrack.Server.Tests.Api;
using CopyTrack.Server.Tests.Data;
using CopyTrack.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class WebTests(Db db) : SiteFixture(db)
{
    private const string Password = "correct horse battery";
    private readonly CookieContainer _cookies = new();

    [OneTimeSetUp]
    public Task KeepAnInventoryAsync() => InventoryOfAtticAsync();

    [OneTimeSetUp]
    public async Task SetUpAdministratorAsync()
    {
        string code = HumanCode.Generate(HumanCode.SetupLength);
        AccountRepository accounts = Services.GetRequiredService<AccountRepository>();
        await accounts.PutSetupCodeAsync(Services.GetRequiredService<IHashKeys>().Current.Hash(HashKinds.SetupCode, 1, HumanCode.Normalize(code, HumanCode.SetupLength)!), default);
        Assert.That(await PostAsync("/Setup", new() { ["code"] = "0000-0000-0000-0000", ["name"] = "root", ["password"] = Password }), Does.Contain("wrong, used or expired"));
        Assert.That(await PostAsync("/Setup", new() { ["code"] = code, ["name"] = "root", ["password"] = "short" }), Does.Contain("10 characters"));
        Assert.That(await PostAsync("/Setup", new() { ["code"] = code, ["name"] = "root", ["password"] = Password }), Does.Contain("<h1>Overview</h1>"));
    }

    [TestCase("/", "hall")]
    [TestCase("/Devices?find=att&sort=site", "attic")]
    [TestCase("/Devices/hall", "Every page on the meters is explained")]
    [TestCase("/Devices/hall", "<td>known</td><td>unknown</td><td>unknown</td>")]
    [TestCase("/Devices/attic", "Black was replaced or filled (10 %, then 90 %)")]
    [TestCase("/Devices/attic", "<meter min=\"0\" max=\"100\" low=\"15\" value=\"90\">")]
    [TestCase("/Terminals", "hall reader")]
    [TestCase("/Users?find=ALI", "Alice")]
    [TestCase("/Sessions?state=all", "=Bob")]
    [TestCase("/Reports?name=users&from=2026-03-01&to=2026-04-30&sort=impressions", "<rect")]
    [TestCase("/Reports?name=coverage&from=2026-03-01&to=2026-04-30", "directPrint=5")]
    [TestCase("/Coverage?from=2026-03-01&to=2026-04-30", "panelBypass")]
    [TestCase("/Coverage?from=2026-03-01&to=2026-04-30", "tells only a total")]
    [TestCase("/Prices", "Licence of copy tracking")]
    [TestCase("/Reports/users.csv?from=2026-03-01&to=2026-04-30", "alice,")]
    public async Task A_page_shows_what_it_is_for_and_only_when_signed_in(string path, string shown)
    {
        using HttpClient known = Client(_cookies);
        using HttpResponseMessage page = await known.GetAsync(path);
        string text = WebUtility.HtmlDecode(await page.Content.ReadAsStringAsync());
        using HttpClient stranger = Client(new CookieContainer());
        using HttpResponseMessage refused = await stranger.GetAsync(path);

        Assert.That(page.StatusCode, Is.EqualTo(HttpStatusCode.OK), text);
        Assert.That(text, Does.Contain(shown).And.Not.Contain("<script").And.Not.Contain("style=\""));
        Assert.That(page.Headers.GetValues("Content-Security-Policy").Single(), Does.StartWith("default-src 'none'"));
        Assert.That(refused.RequestMessage!.RequestUri!.AbsolutePath, Is.EqualTo("/SignIn"));
    }

    [Test]
    public async Task The_api_knows_no_cookie()
    {
        using HttpClient known = Client(_cookies);
        Assert.That((await known.GetAsync("/api/v1/users")).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task Forms_need_their_token_and_guessing_is_slowed()
    {
        using HttpClient known = Client(_cookies);
        using FormUrlEncodedContent form = new(new Dictionary<string, string> { ["id"] = "t1" });
        Assert.That((await known.PostAsync("/Terminals?handler=Revoke", form)).StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(Locked, Is.Empty);
        string last = "";
        for (int i = 0; i < 11; i++)
        {
            last = await PostAsync("/SignIn", new() { ["name"] = "nobody", ["password"] = "wrong" }, new CookieContainer());
        }

        Assert.That(last, Does.Contain("Too many tries"));
    }

    protected override void AddMore(IServiceCollection services)
    {
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.AddWeb();
    }

    protected override void MapMore(WebApplication app) => app.MapWeb();

    private HttpClient Client(CookieContainer cookies) => new(new HttpClientHandler { CookieContainer = cookies }) { BaseAddress = Address };

    private async Task<string> PostAsync(string path, Dictionary<string, string> form, CookieContainer? cookies = null)
    {
        using HttpClient client = Client(cookies ?? _cookies);
        string page = await client.GetStringAsync(path);
        form["__RequestVerificationToken"] = Regex.Match(page, "name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"").Groups[1].Value;
        using FormUrlEncodedContent content = new(form);
        using HttpResponseMessage response = await client.PostAsync(path, content);
        return WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync());
    }
}
