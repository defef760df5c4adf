using System.Net;
using CopyTrack.Server.Tests.Data;
using CopyTrack.Server.Web;
using CopyTrack.Server.Web.Overview;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

/// <summary>The overview and the guided path of a new site.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class OverviewTests(Db db) : WebFixture(db)
{
    [Test]
    public async Task Map_counts_devices_and_terminals_of_each_site()
    {
        SiteState[] sites = await Services.GetRequiredService<OverviewQueries>().SitesAsync(default);
        Assert.That((sites.Sum(s => s.Terminals), sites.Sum(s => s.Connected)), Is.EqualTo((1, 0)));
        Shown page = await Known.GetAsync("/");
        Assert.That(page.Text, Does.Contain("Needs attention").And.Contain("Pages by day").And.Contain("data-live=\"session.opened"));
        Assert.That(sites.Sum(s => s.Devices), Is.GreaterThanOrEqualTo(2));
    }

    [Test]
    public async Task Overview_tells_nothing_of_another_organisation()
    {
        await SqlAsync("insert into organisation (id, name, name_folded, created_at) values (4242, 'Elsewhere', 'elsewhere', 0)");
        await SqlAsync($"insert into outbox (at, topic, device_id, payload) values (1, 'alert', {Hall}, '{{}}'), (1, 'alert', null, '{{}}')");
        await SqlAsync("update device set org_id = 4242 where org_id = 1");
        Assert.That((await AlertsAsync(), (await StepsAsync()).Sessions), Is.EqualTo(("-", false)), "of no device, but of nobody else's");
        await SqlAsync("update device set org_id = 1 where org_id = 4242");
        Assert.That(((await AlertsAsync()).Contains("hall", StringComparison.Ordinal), (await StepsAsync()).Sessions), Is.EqualTo((true, true)));
        await SqlAsync("delete from outbox where at = 1");

        async Task<string> AlertsAsync() => string.Join(',', (await Services.GetRequiredService<OverviewQueries>().AlarmsAsync(DateTimeOffset.UnixEpoch, 10, default)).Select(a => a.Device ?? "-").Order(StringComparer.Ordinal));
        Task<FirstSteps> StepsAsync() => Services.GetRequiredService<OverviewQueries>().FirstStepsAsync(default);
        Task<int> SqlAsync(string sql) => Database.WriteAsync((c, _) => c.ExecuteAsync(sql), default);
    }

    [Test]
    public async Task Site_gets_its_name_and_people_from_a_list_that_is_looked_at_first()
    {
        Assert.That((await Known.PostAsync("/Start", new() { ["title"] = " " }, "Name")).Text, Does.Contain("Choose a name of 1 to 100 characters."));
        Assert.That((await Known.PostAsync("/Start", new() { ["title"] = "Town <hall>" }, "Name")).Text, Does.Contain("value=\"Town <hall>\""));
        Assert.That((await Known.OnceAsync(HttpMethod.Get, "/")).Text, Does.Contain("Town <hall>"));
        Dictionary<string, string> form = new() { ["people"] = "username,displayName\nzoe,Zoe Z\n", ["import"] = "false" };
        Assert.That((await Known.PostAsync("/Start", new(form), "People")).Text, Does.Contain("1 would be added, 0 changed"));
        Assert.That((await Known.GetAsync("/Users?find=zoe")).Text, Does.Not.Contain("Zoe Z"));
        Shown done = await Known.PostAsync("/Start", new(form) { ["import"] = "true" }, "People");
        Assert.That((done.Status, done.Text.Contains("1 added, 0 changed", StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.OK, true)), done.Text);
        Assert.That((await Known.GetAsync("/Users?find=zoe")).Text, Does.Contain("Zoe Z"));
        Assert.That((await Known.PostAsync("/Start", new() { ["people"] = "nonsense\nx\n", ["import"] = "true" }, "People")).Text, Does.Contain("role=\"alert\""));
    }

    [Test]
    public void Usual_is_the_middle_of_the_same_weekday()
    {
        DateOnly day = new(2026, 4, 20);
        Dictionary<DateOnly, long> pages = new() { [day.AddDays(-7)] = 100, [day.AddDays(-14)] = 0, [day.AddDays(-21)] = 120, [day.AddDays(-28)] = 5000, [day.AddDays(-1)] = 9 };
        Assert.That(OverviewFigures.UsualOf(day, pages), Is.EqualTo(110));
        Assert.That(OverviewFigures.UsualOf(day.AddDays(1), pages), Is.Null);
    }
}
