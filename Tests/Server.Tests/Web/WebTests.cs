using System.Net;
using System.Text.RegularExpressions;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Secrets;
using CopyTrack.Server.Tests.Api;
using CopyTrack.Server.Tests.Data;
using CopyTrack.Server.Tests.Polling;
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
    [TestCase("/Devices/hall", "<td class=\"good\">known</td><td class=\"quiet\">unknown</td><td class=\"quiet\">unknown</td>")]
    [TestCase("/Devices/attic", "Black was replaced or filled (10 %, then 90 %)")]
    [TestCase("/Devices/attic", "<meter min=\"0\" max=\"100\" low=\"15\" value=\"90\">")]
    [TestCase("/Probe?address=192.0.2.7", "name=\"Form.Address\" value=\"192.0.2.7\"")]
    [TestCase("/Terminals", "hall reader")]
    [TestCase("/Users?find=ALI", "Alice")]
    [TestCase("/Sessions?state=all", "=Bob")]
    [TestCase("/Reports?name=users&from=2026-03-01&to=2026-04-30&sort=impressions", "<rect")]
    [TestCase("/Reports?name=coverage&from=2026-03-01&to=2026-04-30", "directPrint=5")]
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
    public async Task An_address_is_looked_at_and_added_and_no_secret_comes_back()
    {
        using LoopbackPrinter printer = new(Db == Db.Sqlite ? "127.8.9.50" : "127.8.9.51");
        Dictionary<string, string> form = new()
        {
            ["Form.Address"] = Db == Db.Sqlite ? "127.8.9.50" : "127.8.9.51", ["Form.Port"] = printer.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), ["Form.Version"] = "2c", ["Form.Community"] = "s3cret",
        };
        string seen = await PostAsync("/Probe", new(form));
        Assert.That(seen, Does.Contain("ACME Print 1").And.Contain("<dd>S1</dd>").And.Contain("What its meters can tell").And.Contain("77").And.Not.Contain("s3cret").And.Not.Contain("<script"));
        string nobody = await PostAsync("/Probe", new(form) { ["Form.Port"] = "1" });
        Assert.That(nobody, Does.Contain("no answer: the device is off"));
        Assert.That(await PostAsync("/Probe", new(form) { ["Form.Version"] = "3" }), Does.Contain("SNMP version 3 needs a user name."));
        Assert.That(await PostAsync("/Probe", new(form) { ["Form.Address"] = "no address" }), Does.Contain("Enter the IP address or the host name"));
        string added = await PostAsync("/Probe", new(form) { ["Form.Name"] = "new one" }, path: "/Probe?handler=Add");
        Assert.That(added, Does.Contain("<h1>new one</h1>").And.Contain("Read now"));
        Assert.That(await PostAsync("/Probe", new(form) { ["Form.Name"] = "new one" }, path: "/Probe?handler=Add"), Does.Contain("There is a device of that name already"));
        await Services.GetRequiredService<DeviceRepository>().DeleteAsync(1, "new one", "test", default);
    }

    [Test]
    public async Task Device_is_read_by_a_button_and_what_came_of_it_is_told()
    {
        Assert.That(await PostAsync("/Devices/hall", [], path: "/Devices/hall?handler=Read"), Does.Contain("Not read: no answer."));
        Assert.That(Reads.Asked, Does.Contain(Hall));
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

    private async Task<string> PostAsync(string page, Dictionary<string, string> form, CookieContainer? cookies = null, string? path = null)
    {
        using HttpClient client = Client(cookies ?? _cookies);
        string shown = await client.GetStringAsync(page);
        form["__RequestVerificationToken"] = Regex.Match(shown, "name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"").Groups[1].Value;
        using FormUrlEncodedContent content = new(form);
        using HttpResponseMessage response = await client.PostAsync(path ?? page, content);
        return WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync());
    }
}
