using System.IO.Compression;
using System.Net;
using System.Text.RegularExpressions;
using CopyTrack.Server.Tests.Data;
using CopyTrack.Server.Web.Assets;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

/// <summary>What every page stands in: files for browsers, language, menu, and pages for errors.</summary>
[TestFixture(Db.Sqlite)]
internal sealed class FrameTests(Db db) : WebFixture(db)
{
    /// <summary>Most bytes of all styles and scripts together, compressed; a page itself takes the rest of 300 kB.</summary>
    private const int MostBytes = 120_000;

    [Test]
    public async Task Files_are_small_compressed_and_kept_by_their_hash()
    {
        int sum = 0;
        using HttpClient client = new() { BaseAddress = Address };
        foreach ((string name, WebAsset asset) in Services.GetRequiredService<WebAssets>().All)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, asset.Url);
            request.Headers.Add("Accept-Encoding", "gzip, br");
            using HttpResponseMessage answer = await client.SendAsync(request);
            byte[] body = await answer.Content.ReadAsByteArrayAsync();
            sum += body.Length;
            Assert.That((answer.StatusCode, answer.Content.Headers.ContentEncoding.Single()), Is.EqualTo((HttpStatusCode.OK, "br")), name);
            Assert.That(answer.Headers.CacheControl!.ToString(), Does.Contain("immutable").Or.Contain("31536000"), name);
            await using BrotliStream plain = new(new MemoryStream(body), CompressionMode.Decompress);
            using MemoryStream whole = new();
            await plain.CopyToAsync(whole);
            Assert.That(whole.Length, Is.EqualTo(asset.Length), name);
            using HttpResponseMessage old = await client.GetAsync($"/assets/{name}?v=0000");
            Assert.That(old.Headers.CacheControl!.MaxAge, Is.EqualTo(TimeSpan.FromMinutes(5)), "another version's address is not kept");
        }

        Assert.That(sum, Is.LessThan(MostBytes));
        Assert.That((await Known.OnceAsync(HttpMethod.Get, "/assets/no.js")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await Known.OnceAsync(HttpMethod.Get, "/assets/..%2fweb.css")).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Language_is_the_browsers_until_somebody_chooses()
    {
        using HttpClient client = new() { BaseAddress = Address };
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd("fr, de-CH;q=0.8, en;q=0.5");
        Assert.That(await client.GetStringAsync("/SignIn"), Does.Contain("<html lang=\"de\">").And.Contain("<h1>Anmelden</h1>"));

        using Browser browser = Known.Copy();
        Shown german = await browser.PostAsync("/Language", new() { ["language"] = "de", ["returnUrl"] = "/Users?find=a" }, from: "/Users?find=a");
        Assert.That((german.Path, german.Text), Is.EqualTo(("/Users?find=a", german.Text)));
        Assert.That(german.Text, Does.Contain("<html lang=\"de\">").And.Contain("Abmelden"));
        Assert.That((await browser.PostAsync("/Language", new() { ["language"] = "xx", ["returnUrl"] = "//evil.example" }, from: "/SignIn")).Path, Is.EqualTo("/"));
        Assert.That((await browser.OnceAsync(HttpMethod.Post, "/Language", new() { ["language"] = "en" })).Status, Is.EqualTo(HttpStatusCode.BadRequest), "a form needs its token");
        Assert.That((await browser.GetAsync("/SignIn")).Text, Does.Contain("<html lang=\"de\">"));
    }

    [Test]
    public async Task Errors_name_cause_and_next_step_and_never_show_a_fault()
    {
        Shown missing = await Known.OnceAsync(HttpMethod.Get, "/no/such/page");
        Assert.That(missing.Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(missing.Text, Does.Contain("There is no such page").And.Contain("Look for it in the menu."));
        Shown old = await Known.OnceAsync(HttpMethod.Post, "/SignOut", []);
        Assert.That((old.Status, old.Text.Contains("load the page again", StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.BadRequest, true)));
        Assert.That((await Known.OnceAsync(HttpMethod.Delete, "/Users")).Status, Is.EqualTo(HttpStatusCode.MethodNotAllowed).Or.EqualTo(HttpStatusCode.BadRequest));
        using Browser stranger = new(Address);
        Assert.That((await stranger.OnceAsync(HttpMethod.Get, "/Error/200")).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Menu_says_where_one_is_and_a_part_of_a_page_never_becomes_the_sign_in()
    {
        string page = (await Known.GetAsync("/Users")).Text;
        Assert.That(Regex.Matches(page, "href=\"/Users\" aria-current=\"page\""), Has.Count.EqualTo(2), "beside and above");
        Assert.That(page, Does.Contain("class=\"skip\" href=\"#main\"").And.Contain("<main id=\"main\""));
        foreach ((string path, string item) in new[] { ("/FleetList", "/Fleet"), ("/Probe", "/Devices"), ("/ImportCards", "/Users"), ("/AlertRule", "/AlertRules") })
        {
            string below = (await Known.GetAsync(path)).Text;
            Assert.That(below, Does.Contain($"href=\"{item}\" aria-current=\"page\"").And.Contain("<nav class=\"crumbs\""), $"{path} lies below {item}");
        }

        using HttpClient client = new() { BaseAddress = Address };
        using HttpRequestMessage part = new(HttpMethod.Get, "/Users");
        part.Headers.Add("HX-Request", "true");
        using HttpResponseMessage answer = await client.SendAsync(part);
        Assert.That((answer.StatusCode, answer.Headers.GetValues("HX-Refresh").Single()), Is.EqualTo((HttpStatusCode.Unauthorized, "true")));
    }
}
