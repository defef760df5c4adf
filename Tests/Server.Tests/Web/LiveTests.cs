using System.Net;
using CopyTrack.Server.Api;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Tests.Data;
using CopyTrack.Server.Web.Live;
using CopyTrack.Server.Web.SignIn;
using Dapper;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class LiveTests(Db db) : WebFixture(db)
{
    [Test]
    public async Task Open_page_hears_where_something_happened_and_never_who_it_was()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(20));
        using HttpClient client = new() { BaseAddress = Address };
        using HttpResponseMessage response = await OpenAsync(client, Known, patience.Token);
        Assert.That((response.StatusCode, response.Content.Headers.ContentType?.MediaType), Is.EqualTo((HttpStatusCode.OK, (string?)"text/event-stream")));
        using StreamReader lines = new(await response.Content.ReadAsStreamAsync(patience.Token));
        Assert.That(await lines.ReadLineAsync(patience.Token), Does.StartWith(":"));
        await Database.WriteAsync((c, _) => c.ExecuteAsync(
            "insert into outbox (at, topic, device_id, payload) values (0, 'session.settled', @Hall, '{\"person\":\"4711\",\"session\":\"1\"}'), (0, 'alert', @Hall, '{\"kind\":\"panelBypass\"}')", new { Hall }), default);

        List<string> told = [];
        while (!told.Exists(l => l.Contains("panelBypass", StringComparison.Ordinal)))
        {
            told.Add((await lines.ReadLineAsync(patience.Token))!);
        }

        Assert.That(told, Does.Contain("event: session.settled").And.Contain("event: alert"));
        Assert.That(told.Where(l => l.StartsWith("data:", StringComparison.Ordinal)), Has.All.Contain("\"device\":\"hall\"").And.None.Contain("4711"));
    }

    [Test]
    public async Task Only_so_many_pages_of_one_browser_listen_and_strangers_not_at_all()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(20));
        using HttpClient client = new() { BaseAddress = Address };
        using Browser browser = await SignedInAsync();
        List<HttpResponseMessage> open = [];
        for (int i = 0; i < 9; i++)
        {
            open.Add(await OpenAsync(client, browser, patience.Token));
        }

        Assert.That(open.Select(r => r.StatusCode), Is.EqualTo(Enumerable.Repeat(HttpStatusCode.OK, 8).Append(HttpStatusCode.TooManyRequests)));
        open.ForEach(r => r.Dispose());
        using Browser stranger = new(Address);
        Assert.That((await stranger.OnceAsync(HttpMethod.Get, "/live")).Location, Does.StartWith("/SignIn"));
    }

    [TestCase(Roles.Administrator, null, true, true)]
    [TestCase(Roles.Manager, null, true, true)]
    [TestCase(Roles.Manager, "site=Berlin", true, false)]
    [TestCase(Roles.Manager, "site=Bonn", false, false)]
    [TestCase(Roles.Manager, "site=Bonn+Berlin", true, false)]
    [TestCase(Roles.Manager, "department=Sales", false, false)]
    [TestCase(Roles.Administrator, "organisation=other", false, false)]
    [TestCase(Roles.User, null, false, false)]
    [TestCase(Roles.Dealer, null, false, false)]
    [TestCase(Roles.Customer, null, false, false)]
    public void Role_hears_of_its_own_devices(string role, string? scope, bool berlin, bool without)
    {
        LiveScope? hears = LiveScope.Of(new WebCaller("test", null, role, scope?.Split('=') switch
        {
            null => ReportScope.Everything,
            ["site", var site] => ReportScope.Parts(1, sites: site.Split('+')),
            ["department", var department] => ReportScope.Parts(1, departments: [department]),
            _ => ReportScope.Of(2),
        }));

        Assert.That(hears?.Say(new OutboxView { Topic = "alert", Payload = "{}", Device = "hall", OrgId = 1, Site = "Berlin" }) is not null, Is.EqualTo(berlin));
        Assert.That(hears?.Say(new OutboxView { Topic = "alert", Payload = "{}" }) is not null, Is.EqualTo(without));
        Assert.That(hears?.Say(new OutboxView { Topic = "alert", Payload = "{}", Device = "x", OrgId = 2, Site = "Berlin" }), Is.Null);
    }

    private static async Task<HttpResponseMessage> OpenAsync(HttpClient client, Browser browser, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/live?self=1");
        request.Headers.Add("Cookie", string.Join("; ", browser.Cookies.Select(c => $"{c.Key}={c.Value}")));
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }
}
