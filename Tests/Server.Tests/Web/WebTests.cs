using System.Net;
using CopyTrack.Server.Tests.Data;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class WebTests(Db db) : WebFixture(db)
{
    [OneTimeSetUp]
    public Task KeepAnInventoryAsync() => InventoryOfAtticAsync();

    [TestCase("/", "hall")]
    [TestCase("/Fleet", "No agents yet")]
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
    [TestCase("/Reports/users.csv?from=2026-03-01&to=2026-04-30", "alice,")]
    public async Task A_page_shows_what_it_is_for_and_only_when_signed_in(string path, string shown)
    {
        Shown page = await Known.GetAsync(path);
        using Browser stranger = new(Address);
        Shown refused = await stranger.GetAsync(path);

        Assert.That(page.Status, Is.EqualTo(HttpStatusCode.OK), page.Text);
        Assert.That(page.Text, Does.Contain(shown).And.Not.Contain("<script").And.Not.Contain("style=\""));
        Assert.That(page.Policy, Does.StartWith("default-src 'none'"));
        Assert.That(refused.Path, Does.StartWith("/SignIn?returnUrl="));
    }

    [Test]
    public async Task The_api_knows_no_cookie() => Assert.That((await Known.OnceAsync(HttpMethod.Get, "/api/v1/users")).Status, Is.EqualTo(HttpStatusCode.Unauthorized));

    [Test]
    public async Task Forms_need_their_token()
    {
        Assert.That((await Known.OnceAsync(HttpMethod.Post, "/Terminals?handler=Revoke", new() { ["id"] = "t1" })).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await Known.OnceAsync(HttpMethod.Post, "/SignOut", [])).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(Locked, Is.Empty);
    }
}
