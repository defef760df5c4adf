using CopyTrack.Server.Data;
using CopyTrack.Server.Tests.Data;
using CopyTrack.Server.Web;
using CopyTrack.Server.Web.Overview;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

/// <summary>The map of the overview: how each device, terminal and site stands, told by words and signs; and what needs somebody.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
[NonParallelizable] // One site that each test changes.
internal sealed class OverviewMapTests(Db db) : WebFixture(db)
{
    [SetUp]
    public Task StandAsync() => RunAsync("""
        delete from device_poll;
        insert into device_poll (device_id, org_id) values (@Hall, 1), (@Attic, 1);
        insert into device_inventory (device_id, read_at, report, trouble) values (@Attic, @now, '{}', 'jammed doorOpen');
        insert into alert (id, org_id, rule_id, rule_name, kind, severity, thing, device_id, subject, detail, state, since, seen_at, raised_at)
            values (1, 1, 1, 'r', 1, 2, 'device:1', @Hall, 'hall', '{}', 1, 0, 0, @now), (2, 1, 1, 'r', 1, 1, 'device:2', @Hall, 'hall', '{}', 3, 0, 0, @now);
        """);

    [TearDown]
    public Task ClearAsync() => RunAsync("""
        delete from alert_mail; delete from alert; delete from device_inventory; delete from device_poll; delete from name_request; delete from report_delivery; delete from report_schedule; delete from saved_report;
        delete from access_log; delete from receipt_conflict; delete from outbox; delete from fleet_agent; delete from fleet_node; delete from device where name like 'many%'; update terminal set connected_node = null, last_seen_at = null;
        """);

    [Test]
    public async Task Sites_count_what_stands_still_alerts_that_go_on_and_terminals()
    {
        SiteState[] sites = await Services.GetRequiredService<OverviewQueries>().SitesAsync(default);
        Assert.That(sites.Select(s => (s.Site, s.Devices, s.Away, s.InError, s.Alerts, s.Terminals, s.Connected)), Is.EqualTo(new[] { ("Berlin", 1L, 0L, 0L, 1L, 1L, 0L), ("Bonn", 1L, 0L, 1L, 0L, 0L, 0L) }));

        await RunAsync("update device_poll set unreachable_since = @now where device_id = @Attic");
        SiteState bonn = (await Services.GetRequiredService<OverviewQueries>().SitesAsync(default))[1];
        Assert.That((bonn.Away, bonn.InError), Is.EqualTo((1, 0)), "what a device said before it went away holds no more");
    }

    [Test]
    public async Task Each_device_has_a_mark_whose_words_say_what_its_colour_does()
    {
        string page = (await Known.GetAsync("/")).Text;
        Assert.That(page, Does.Contain("<a class=\"error\" href=\"/Devices/attic\">attic<span class=\"unseen\">, paper jam, a door is open, free</span></a>"));
        Assert.That(page, Does.Contain("<a class=\"alert\" href=\"/Devices/hall\">hall<span class=\"unseen\">, 1 alert, terminal away, free</span></a>"));
        Assert.That(page, Does.Contain("/Devices?site=Bonn&state=error\">1 stands still</a>").And.Contain("/Devices?site=Berlin&state=alert\">1 alert</a>").And.Contain("1 of 1 terminals away"));
        foreach (string state in DeviceStates.All)
        {
            Assert.That(page, Does.Contain($"<span class=\"spot {state}\"></span>{DeviceStates.Label(state)}</li>"), "the legend has each sign with its word");
        }

        await RunAsync("update terminal set connected_node = 'n1' where id = 't1'");
        Assert.That((await Known.GetAsync("/")).Text, Does.Contain("1 terminal connected").And.Contain("hall<span class=\"unseen\">, 1 alert, free</span>"));
    }

    [Test]
    public async Task Above_300_devices_sites_have_bars_and_figures_that_lead_to_lists()
    {
        await RunAsync("insert into device (id, org_id, name, name_folded, address, site, created_at, updated_at) values " + string.Join(',',
            Enumerable.Range(1, 305).Select(i => $"({i}, 1, 'many{i}', 'many{i}', '127.0.0.1', 'Site {i % 40:00}', 0, 0)")));
        string page = (await Known.GetAsync("/")).Text;
        Assert.That(page, Does.Contain("<svg class=\"share\" viewBox=\"0 0 1 8\"").And.Contain("/Devices?site=Bonn&state=error\">1 stands still</a>").And.Not.Contain("many1<"));
        Assert.That((page.Split("class=\"share\"").Length - 1, page.Contains("and 12 more sites", StringComparison.Ordinal)), Is.EqualTo((30, true)), "those with trouble first");
        Assert.That((await Known.GetAsync("/?all")).Text.Split("class=\"share\"").Length - 1, Is.EqualTo(42));
        string list = (await Known.GetAsync("/Devices?site=Site+07&state=free")).Text;
        Assert.That(list, Does.Contain("Shown are only devices: Site 07, free.").And.Contain("many7<").And.Contain("many47<").And.Not.Contain("many8<").And.Not.Contain(">hall<"));
    }

    [Test]
    public async Task Lists_are_narrowed_by_state()
    {
        Assert.That((await Known.GetAsync("/Devices?state=error")).Text, Does.Contain(">attic<").And.Contain("paper jam, a door is open").And.Not.Contain(">hall<"));
        Assert.That((await Known.GetAsync("/Devices?state=alert")).Text, Does.Contain(">hall<").And.Not.Contain(">attic<"));
        Assert.That((await Known.GetAsync("/Devices?state=away")).Text, Does.Contain("No device is like that now."));
        Assert.That((await Known.GetAsync("/Devices?state=nonsense")).Text, Does.Contain(">attic<").And.Contain(">hall<"));
        Assert.That((await Known.GetAsync("/Terminals?state=away")).Text, Does.Contain(">hall reader<"));
        await RunAsync("update terminal set connected_node = 'n1' where id = 't1'");
        Assert.That((await Known.GetAsync("/Terminals?state=away")).Text, Does.Contain("All terminals are connected.").And.Not.Contain(">hall reader<"));
    }

    [Test]
    public async Task What_waits_elsewhere_is_told_with_its_page()
    {
        await RunAsync("""
            insert into name_request (id, org_id, person_id, asked_by, reason, asked_at) values (1, 1, @Alice, 'account:9', 'because of it', @now), (2, 1, @Alice, 'account:9', 'long ago', 0);
            insert into saved_report (id, org_id, owner, name, name_folded, address, shared, created_at, updated_at) values (1, 1, 'x', 'n', 'n', '', 0, 0, 0);
            insert into report_schedule (id, org_id, report_id, owner, role, recipients, formats, timing, zone, language, enabled, next_due, created_at) values (1, 1, 1, 'x', '', '', '', '', '', 'en', 1, 0, 0);
            insert into report_delivery (id, org_id, schedule_id, report_name, owner, due_at, state, next_try) values (1, 1, 1, 'n', 'x', @now, 4, 0), (2, 1, 1, 'n', 'x', @now - 1, 5, 0), (3, 1, 1, 'n', 'x', @now - 2, 3, 0), (4, 1, 1, 'n', 'x', 7, 4, 0);
            insert into alert_mail (id, org_id, rule_id, rule_name, recipients, language, created_at, state, next_try) values (1, 1, 1, 'r', '', 'en', @now, 4, 0);
            insert into access_log (id, at, terminal_id, method, outcome, card_key, card_hash) values (1, @now, 't1', 'card', 'unknown', 'k1', @hash), (2, @now, 't1', 'card', 'unknown', 'k1', @hash), (3, 5, 't1', 'card', 'unknown', 'k1', @other);
            insert into receipt_conflict (id, device_id, key, hash, received_at, content) values (1, @Hall, 'j1', @hash, @now, '{}');
            insert into fleet_node (id, org_id, kind, name, name_folded, created_at) values (1, 1, 'site', 'a', 'a', 0);
            insert into fleet_agent (id, org_id, node_id, name, name_folded, enrolled_at, last_new_at, created_at) values (1, 1, 1, 'old', 'old', 1, 2, 0), (2, 1, 1, 'new', 'new', 1, @now, 0), (3, 1, 1, 'waits', 'waits', null, null, 0);
            """);
        string page = (await Known.GetAsync("/")).Text;
        foreach (string line in new[]
        {
            "<a href=\"/Privacy\">Privacy</a></span> 1 request for a name waits for a second person.", "2 reports were not mailed, or may not have arrived.", "1 mail about an alert was not sent, or may not have arrived.",
            "<a href=\"/AccessLog?show=unknown\">Access log</a></span> 1 card that nobody has was shown since yesterday.", "1 receipt contradicts an earlier one.", "1 agent has sent nothing new for too long.",
            "stands still: paper jam, a door is open.",
        })
        {
            Assert.That(page, Does.Contain(line));
        }
    }

    [Test]
    public async Task Lists_that_are_cut_say_how_many_more_there_are_and_lead_to_them()
    {
        await RunAsync("insert into device (id, org_id, name, name_folded, address, site, created_at, updated_at) values " + string.Join(',', Enumerable.Range(1, 11).Select(i => $"({i}, 1, 'many{i}', 'many{i}', '127.0.0.1', 'Bonn', 0, 0)"))
            + "; insert into device_poll (device_id, org_id, unreachable_since) values " + string.Join(',', Enumerable.Range(1, 11).Select(i => $"({i}, 1, @now)"))
            + "; insert into outbox (at, topic, device_id, payload) values " + string.Join(',', Enumerable.Range(0, 13).Select(i => $"(@now - {i}, 'alert', @Hall, '{{\"kind\":\"{(i < 3 ? "panelBypass" : $"kind{i}")}\"}}')")));
        string page = (await Known.GetAsync("/")).Text;
        Assert.That(page, Does.Contain("<a href=\"/Devices?state=away\">and 5 more</a>").And.Contain("3 times, last ").And.Contain("<a href=\"/?all\">and 5 more</a>"));
        string all = (await Known.GetAsync("/?all")).Text;
        Assert.That(all, Does.Not.Contain("and 5 more").And.Contain("hx-get=\"/?all\""));
    }

    private Task RunAsync(string sql) => Database.WriteAsync((c, _) => c.ExecuteAsync(sql, new { Hall, Attic, Alice, now = Clock.GetUtcNow(), hash = new byte[] { 1, 2 }, other = new byte[] { 3 } }), default);
}
