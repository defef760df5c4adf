using CopyTrack.Accounting.Alerts;
using CopyTrack.Server.Alerts;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Alerts;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Tests.Data;
using Dapper;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Alerts;

/// <summary>Rules look at a fleet: what they raise, keep, tell and end, on nodes that come and go.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
[NonParallelizable] // One clock and one set of rules.
internal sealed class AlertRoundTests(Db db) : AlertFixture(db)
{
    [Test]
    public async Task Toner_that_runs_low_is_raised_told_once_and_over_when_it_is_replaced()
    {
        var (low, full) = (await DeviceAsync(), await DeviceAsync());
        await RuleAsync(new AlertRuleInput { Kind = "supplyLow", Percent = 10, Severity = "critical" });
        await SaysAsync(low, toner: 11);
        await SaysAsync(full, toner: 90);
        Assert.That(await Node().LookAsync(), Is.Zero);
        Clock.Now += TimeSpan.FromMinutes(1);
        await SaysAsync(low, toner: 10);
        Assert.That(await Node().LookAsync(), Is.EqualTo(1));
        var alert = (await AllAsync()).Single();
        Assert.That((alert.Subject, alert.Site, alert.Severity, alert.State, alert.Told), Is.EqualTo((low.Name, "acme north", (int)AlertSeverity.Critical, (int)AlertRowState.Open, 1)));
        Assert.That(AlertDetails.Read(alert.Detail), Is.EqualTo(new AlertDetail { Name = "Black toner", Color = "black", Percent = 10 }));
        Clock.Now += TimeSpan.FromMinutes(1);
        Assert.That(await Node("n2").LookAsync(), Is.Zero, "nothing is new");
        await SaysAsync(low, toner: 13);
        await Node().LookAsync();
        Assert.That((await AllAsync()).Single() is { State: (int)AlertRowState.Open, Told: 1 }, Is.True, "a level that plays is no end");
        await SaysAsync(low, toner: 4);
        Assert.That(await Node().LookAsync(), Is.EqualTo(1), "what is left is kept up to date");
        await SaysAsync(low, toner: 100);
        await Node().LookAsync();
        alert = (await AllAsync()).Single();
        Assert.That((alert.State, alert.ResolvedAt, AlertDetails.Read(alert.Detail).Percent), Is.EqualTo(((int)AlertRowState.Over, (DateTimeOffset?)Clock.Now, (int?)4)));
        Assert.That((await TellingsAsync((int)AlertTelling.Raised), await TellingsAsync((int)AlertTelling.Resolved), await TellingsAsync()), Is.EqualTo((1, 1, 2)));
        Assert.That(await Database.CountAsync("select count(*) from outbox where topic in ('alert.raised', 'alert.resolved') and device_id = @Id", new { low.Id }), Is.EqualTo(2));
    }

    [Test]
    public async Task Supply_that_lasts_a_few_days_is_told_before_it_is_low()
    {
        var device = await DeviceAsync();
        await RuleAsync(new AlertRuleInput { Kind = "supplyLow", Days = 7 });
        var begin = Clock.Now;
        foreach (var (day, toner) in new[] { (0, 90), (1, 82), (2, 74), (3, 66), (4, 58), (5, 50) })
        {
            Clock.Now = begin.AddDays(day);
            await SaysAsync(device, toner);
            await Node().LookAsync();
        }

        var alert = (await AllAsync()).Single();
        Assert.That((AlertDetails.Read(alert.Detail).Percent, AlertDetails.Read(alert.Detail).DaysLeft, alert.RaisedAt), Is.EqualTo(((int?)50, (int?)6, (DateTimeOffset?)begin.AddDays(4))));
    }

    [Test]
    public async Task Device_error_and_silence_wait_for_their_time()
    {
        var device = await DeviceAsync();
        await RuleAsync(new AlertRuleInput { Kind = "deviceError", AfterMinutes = 15 });
        await RuleAsync(new AlertRuleInput { Kind = "deviceOffline", AfterMinutes = 60 });
        await RuleAsync(new AlertRuleInput { Kind = "trayEmpty" });
        await SaysAsync(device, error: "jammed", paper: 0);
        await Node().LookAsync();
        Assert.That((await AllAsync()).Select(a => (AlertKind)a.Kind), Is.EqualTo(new[] { AlertKind.TrayEmpty }), "a jam of a moment is nobody's business");
        Clock.Now += TimeSpan.FromMinutes(16);
        await Node().LookAsync();
        Assert.That((await AllAsync()).Select(a => (AlertKind)a.Kind), Is.EqualTo(new[] { AlertKind.DeviceError, AlertKind.TrayEmpty }));
        await SilentAsync(device, Clock.Now.AddMinutes(-50));
        await Node().LookAsync();
        Clock.Now += TimeSpan.FromMinutes(11);
        await Node().LookAsync();
        var offline = (await AllAsync())[0];
        Assert.That(((AlertKind)offline.Kind, offline.Since, AlertDetails.Read(offline.Detail).Reason), Is.EqualTo((AlertKind.DeviceOffline, Clock.Now.AddMinutes(-61), "no answer")));
        Assert.That((await AllAsync()).Count(a => a.State == (int)AlertRowState.Open), Is.EqualTo(3), "a device that does not answer says nothing of its jam");
    }

    [Test]
    public async Task Silent_agent_and_missing_reads_are_raised_and_end_with_the_next_news()
    {
        var device = await DeviceAsync();
        await RuleAsync(new AlertRuleInput { Kind = "agentStale", AfterMinutes = 180, Node = "acme north" });
        await RuleAsync(new AlertRuleInput { Kind = "meterMissing", AfterMinutes = 240, Device = device.Name });
        Clock.Now += TimeSpan.FromMinutes(181);
        await Node().LookAsync();
        var stale = (await AllAsync()).Single(a => a.AgentId == device.Agent);
        Assert.That((stale.Subject, stale.Since), Is.EqualTo(((await Fleet.GetAsync(device.Agent, default))!.Name, Clock.Now.AddMinutes(-181))));
        Clock.Now += TimeSpan.FromMinutes(60);
        await Node().LookAsync();
        Assert.That((await AllAsync()).Where(a => a.DeviceId == device.Id).Select(a => (AlertKind)a.Kind), Is.EqualTo(new[] { AlertKind.MeterMissing }));
        await ReadAsync(device, Clock.Now);
        await Node().LookAsync();
        Assert.That((await AllAsync()).Where(a => a.AgentId == device.Agent || a.DeviceId == device.Id).Select(a => a.State), Has.All.EqualTo((int)AlertRowState.Over));
    }

    [Test]
    public async Task Alarms_of_devices_are_events_each_counted_once_whatever_number_they_have()
    {
        var device = await DeviceAsync();
        await AlarmAsync(device, "panelBypass", 99);
        Clock.Now += TimeSpan.FromMinutes(1);
        await RuleAsync(new AlertRuleInput { Kind = "panelBypass" });
        await RuleAsync(new AlertRuleInput { Kind = "counterReset" });
        await AlarmAsync(device, "panelBypass", 3);
        await AlarmAsync(device, "panelBypass", 4);
        await AlarmAsync(device, "receiptExceedsMeter");
        await Node().LookAsync();
        var alert = (await AllAsync()).Single();
        Assert.That((alert.Events, AlertDetails.Read(alert.Detail).Pages, alert.Told), Is.EqualTo((2, (long?)7, 1)), "what was before the rule is not its business");

        // A lower number that is committed late.
        string Late(string kind) => $$"""insert into outbox (id, at, topic, device_id, payload) {{(Database.Dialect == Dialect.PostgreSql ? "overriding system value" : "")}} values (@id, @at, 'alert', @device, '{"kind":"{{kind}}"}')""";
        var last = await Database.CountAsync("select max(id) from outbox");
        await Database.WriteAsync(
            (c, _) => c.ExecuteAsync(Late("meterReset"), new { id = last + 1000, at = Clock.Now.ToMicros(), device = device.Id }), default);
        await Node().LookAsync();
        await Database.WriteAsync(
            (c, _) => c.ExecuteAsync(Late("panelBypass"), new { id = last + 500, at = Clock.Now.ToMicros(), device = device.Id }), default);
        await Node("n2").LookAsync();
        await Node("n2").LookAsync();
        Assert.That((await AllAsync()).Select(a => ((AlertKind)a.Kind, a.Events, a.Told)), Is.EqualTo(new[] { (AlertKind.CounterReset, 1, 1), (AlertKind.PanelBypass, 3, 1) }));

        Assert.That(await Alerts.NoteAsync((await AllAsync())[1], "account:7", "asked them", default), Is.True);
        var noted = (await AllAsync())[1];
        Assert.That((noted.State, noted.Note, noted.NotedBy), Is.EqualTo(((int)AlertRowState.Over, "asked them", "account:7")), "an event is over when somebody has taken note");
        Assert.That(await Alerts.NoteAsync(noted, "account:8", null, default), Is.False);
        await AlarmAsync(device, "panelBypass", 1);
        await Node().LookAsync();
        Assert.That((await AllAsync())[0].Kind, Is.EqualTo((int)AlertKind.PanelBypass), "the next one is another alert");
        Clock.Now += TimeSpan.FromMinutes(AlertRules.UsualMinutes(AlertKind.PanelBypass));
        await Node().LookAsync();
        Assert.That((await AllAsync()).Select(a => a.State), Has.All.EqualTo((int)AlertRowState.Over));
        await Database.WriteAsync((c, _) => c.ExecuteAsync("delete from outbox where id >= @id", new { id = last + 500 }), default);
    }

    [Test]
    public async Task Quiet_hours_are_those_of_the_site()
    {
        var (berlin, newYork) = (await DeviceAsync(), await DeviceAsync("globex hq"));
        foreach (var (site, zone) in new[] { ("acme north", "Europe/Berlin"), ("globex", "America/New_York") })
        {
            var node = (await Fleet.NodesAsync(Whole, default)).Single(n => n.Name == site);
            Assert.That(await Fleet.SetZoneAsync(node, zone, "test", default), Is.Not.Null);
            Assert.That(await Fleet.SetZoneAsync(node, "Moon/Sea", "test", default), Is.Null);
        }

        await RuleAsync(new AlertRuleInput { Kind = "supplyLow", Percent = 10, QuietFrom = "18:00", QuietTo = "08:00", QuietDays = ["saturday", "sunday"] });
        Clock.Now = new DateTimeOffset(2026, 3, 6, 20, 0, 0, TimeSpan.Zero);
        await SaysAsync(berlin, toner: 5);
        await SaysAsync(newYork, toner: 5);
        await Node().LookAsync();
        Assert.That((await AllAsync()).ToDictionary(a => a.DeviceId!.Value, a => a.Told), Is.EqualTo(new Dictionary<long, int> { [berlin.Id] = 0, [newYork.Id] = 1 }), "nine in the evening in Berlin, three in the afternoon in New York");
        Clock.Now = new DateTimeOffset(2026, 3, 7, 15, 0, 0, TimeSpan.Zero);
        await SaysAsync(newYork, toner: 100);
        await Node().LookAsync();
        Assert.That((await AllAsync()).Single(a => a.DeviceId == newYork.Id).State, Is.EqualTo((int)AlertRowState.OwesEnd), "a Saturday");
        Clock.Now = new DateTimeOffset(2026, 3, 9, 7, 30, 0, TimeSpan.Zero);
        await Node().LookAsync();
        Assert.That((await AllAsync()).ToDictionary(a => a.DeviceId!.Value, a => a.Told), Is.EqualTo(new Dictionary<long, int> { [berlin.Id] = 1, [newYork.Id] = 1 }));
        Assert.That(await TellingsAsync((int)AlertTelling.Resolved), Is.Zero, "half past three in New York");
        Clock.Now = new DateTimeOffset(2026, 3, 9, 13, 0, 0, TimeSpan.Zero);
        await Node().LookAsync();
        await Node().LookAsync();
        Assert.That((await TellingsAsync((int)AlertTelling.Resolved), (await AllAsync()).Single(a => a.DeviceId == newYork.Id).State), Is.EqualTo((1, (int)AlertRowState.Over)));
        foreach (var name in new[] { "acme north", "globex" })
        {
            await Fleet.SetZoneAsync((await Fleet.NodesAsync(Whole, default)).Single(n => n.Name == name), "", "test", default);
        }
    }

    [Test]
    public async Task Nodes_that_look_at_once_raise_and_tell_each_alert_once()
    {
        var devices = new[] { await DeviceAsync(), await DeviceAsync(), await DeviceAsync(), await DeviceAsync(), await DeviceAsync() };
        await RuleAsync(new AlertRuleInput { Kind = "supplyLow", Percent = 10 });
        await RuleAsync(new AlertRuleInput { Kind = "panelBypass" });
        foreach (var device in devices)
        {
            await SaysAsync(device, toner: 3);
            await AlarmAsync(device, "panelBypass", 1);
        }

        for (var i = 0; i < 4; i++)
        {
            await Task.WhenAll(Enumerable.Range(0, 4).Select(n => Task.Run(() => Node($"n{n}").LookAsync())));
        }

        Assert.That((await AllAsync()).Select(a => (a.DeviceId, a.Kind)), Is.Unique);
        Assert.That(await AllAsync(), Has.Count.EqualTo(10));
        Assert.That(await TellingsAsync(), Is.EqualTo(10));
        Assert.That(await Database.CountAsync("select count(*) from outbox where topic = 'alert.raised' and device_id in (select device_id from alert)"), Is.EqualTo(10));
    }

    [Test]
    public async Task Node_that_was_held_up_keeps_and_tells_nothing()
    {
        var device = await DeviceAsync();
        var rule = await RuleAsync(new AlertRuleInput { Kind = "supplyLow", Percent = 10 });
        await SaysAsync(device, toner: 3);
        var (held, other) = (Node("held"), Node("other"));
        var claim = (await held.Sweep.ClaimAsync(default))!;
        Assert.That(await other.LookAsync(), Is.Zero, "the claim holds");
        await Database.WriteAsync((c, _) => c.ExecuteAsync("update alert_sweep set claim_until = 1"), default);
        Assert.That(await other.LookAsync(), Is.EqualTo(1));
        var row = new AlertRow { OrgId = 1, RuleId = rule.Id, RuleName = rule.Name, Thing = $"device:{device.Id}/supply/9", Subject = "late", Since = Clock.Now, SeenAt = Clock.Now, RaisedAt = Clock.Now, State = 1, Told = 1 };
        Assert.That(await held.Sweep.KeepAsync(claim, [new AlertChange(null, row, rule, AlertTelling.Raised, true, false)], null, [], Clock.Now, default), Is.False);
        Assert.That((await AllAsync()).Select(a => a.Subject), Is.EqualTo(new[] { device.Name }));
    }

    [Test]
    public async Task Rule_of_a_dealer_or_customer_sees_theirs_alone()
    {
        var (acme, globex) = (await DeviceAsync(), await DeviceAsync("globex hq"));
        var scopes = new Dictionary<string, FleetScope>();
        foreach (var name in new[] { "dealer", "acme", "globex" })
        {
            scopes[name] = FleetScope.Parts(1, ValueSet<string>.None, ValueSet<long>.Of([(await Fleet.NodesAsync(Whole, default)).Single(n => n.Name == name).Id]));
        }

        var ofAcme = await RuleAsync(new AlertRuleInput { Name = "acme's", Kind = "supplyLow", Percent = 10 }, scopes["acme"]);
        await RuleAsync(new AlertRuleInput { Name = "dealer's", Kind = "supplyLow", Percent = 10, Node = "globex" }, scopes["dealer"]);
        await SaysAsync(acme, toner: 1);
        await SaysAsync(globex, toner: 1);
        await Node().LookAsync();
        Assert.That((await AllAsync()).Select(a => (a.RuleName, a.DeviceId)), Is.EquivalentTo(new[] { ("acme's", (long?)acme.Id), ("dealer's", (long?)globex.Id) }));
        Assert.That((await AllAsync(scopes["acme"])).Select(a => (a.RuleName, a.Subject)), Is.EqualTo(new[] { ("acme's", acme.Name) }));
        Assert.That((await AllAsync(scopes["globex"])).Select(a => (a.RuleName, a.Subject)), Is.EqualTo(new[] { ((string?)null, globex.Name) }), "the device is theirs, the rule is not");
        Assert.That((await AllAsync(scopes["dealer"])).Select(a => a.RuleName), Is.EquivalentTo(new[] { "acme's", "dealer's" }));
        Assert.That((await Alerts.RulesAsync(scopes["globex"], "", 0, 10, default)), Is.Empty);
        Assert.That(await Alerts.RuleAsync(scopes["globex"], ofAcme.Id, default), Is.Null);
        Assert.That((await Rules.AddAsync(scopes["acme"], new AlertRuleInput { Name = "x", Kind = "supplyLow", Node = "globex" }, "test", default)).Fault, Does.Contain("there is no dealer, customer or site 'globex'"));
        Assert.That((await Rules.AddAsync(scopes["acme"], new AlertRuleInput { Name = "x", Kind = "supplyLow", Device = globex.Name }, "test", default)).Fault, Does.Contain("there is no device"));
    }

    [Test]
    public async Task What_is_no_more_ends_and_a_rule_that_is_switched_off_has_no_alerts()
    {
        var (gone, stays) = (await DeviceAsync(), await DeviceAsync());
        var rule = await RuleAsync(new AlertRuleInput { Kind = "supplyLow", Percent = 10 });
        await SaysAsync(gone, toner: 1);
        await SaysAsync(stays, toner: 1);
        await Node().LookAsync();
        await Database.WriteAsync((c, _) => c.ExecuteAsync("update device set deleted_at = 1 where id = @Id", new { gone.Id }), default);
        await Node().LookAsync();
        Assert.That((await AllAsync()).ToDictionary(a => a.DeviceId!.Value, a => a.State), Is.EqualTo(new Dictionary<long, int> { [gone.Id] = 3, [stays.Id] = 1 }));
        var (off, fault) = await Rules.PutAsync(Whole, rule, new AlertRuleInput { Enabled = false }, "test", default);
        Assert.That((off!.Enabled, fault), Is.EqualTo((false, (string?)null)));
        Assert.That((await AllAsync()).Select(a => a.State), Has.All.EqualTo(3));
        await Alerts.DeleteRuleAsync(off, "test", default);
        Assert.That((await AllAsync()).Select(a => a.RuleName), Has.All.EqualTo("rule"), "the history stays");
        Assert.That(await TellingsAsync((int)AlertTelling.Resolved), Is.Zero);
    }

    [TestCase("supplyLow", "a percentage is", Description = "percent 100")]
    public async Task Rule_that_can_not_be_is_told(string kind, string fault) =>
        Assert.That((await Rules.AddAsync(Whole, new AlertRuleInput { Name = "x", Kind = kind, Percent = 100 }, "test", default)).Fault, Does.Contain(fault));

    [Test]
    public async Task Rules_are_checked_word_by_word()
    {
        foreach (var (input, fault) in new (AlertRuleInput, string)[]
        {
            (new() { Name = "x", Kind = "nothing" }, "no such kind"), (new() { Kind = "trayEmpty" }, "1 to 64"), (new() { Name = "x", Kind = "trayEmpty", Percent = 5 }, "only rules for supplies"),
            (new() { Name = "x", Kind = "trayEmpty", Recipients = ["a b@c"] }, "no mail address"), (new() { Name = "x", Kind = "trayEmpty", Recipients = ["x@y.test\r\nBcc: z@y.test"] }, "no mail address"),
            (new() { Name = "x", Kind = "trayEmpty", Recipients = [.. Enumerable.Range(0, 21).Select(i => $"a{i}@b.test")] }, "at most 20"), (new() { Name = "x", Kind = "trayEmpty", QuietFrom = "25:00" }, "quiet hours"),
            (new() { Name = "x", Kind = "trayEmpty", QuietDays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] }, "quiet hours"), (new() { Name = "x", Kind = "trayEmpty", RepeatMinutes = 3 }, "15 minutes"),
            (new() { Name = "x", Kind = "agentStale", Device = "nobody's" }, "no device"), (new() { Name = "x", Kind = "deviceError", Which = ["a b"] }, "named by their words"), (new() { Name = "x", Kind = "trayEmpty", Language = "fr" }, "en or de"),
            (new() { Name = "x", Kind = "trayEmpty", Severity = "loud" }, "a severity is"), (new() { Name = "x", Kind = "meterMissing", AfterMinutes = 1 }, "ten minutes"),
        })
        {
            Assert.That((await Rules.AddAsync(Whole, input, "test", default)).Fault ?? "", Does.Contain(fault));
        }

        Assert.That(await Alerts.RulesAsync(Whole, "", 0, 10, default), Is.Empty);
    }

    [Test]
    public async Task Other_systems_are_told_of_silence_once_and_of_months_that_are_complete()
    {
        await Database.WriteAsync((c, _) => c.ExecuteAsync("update fleet_agent set revoked_at = 1; delete from fleet_ready"), default);
        var device = await DeviceAsync();
        Clock.Now = new DateTimeOffset(2026, 4, 30, 23, 0, 0, TimeSpan.Zero);
        await Database.WriteAsync((c, _) => c.ExecuteAsync("update fleet_device set first_seen_at = 1"), default);
        await ReadAsync(device, Clock.Now.AddHours(-5));
        Assert.That(await Node().News.RoundAsync(default), Is.EqualTo(2), "the agent, and March of its customer, late");
        Assert.That(await Node("n2").News.RoundAsync(default), Is.Zero);
        await Database.WriteAsync((c, _) => c.ExecuteAsync("update fleet_agent set last_new_at = @at where id = @Agent", new { at = Clock.Now.ToMicros(), device.Agent }), default);
        Assert.That(await Node().News.RoundAsync(default), Is.EqualTo(1), "now the device, since its agent is heard of");
        Clock.Now = new DateTimeOffset(2026, 5, 1, 0, 30, 0, TimeSpan.Zero);
        Assert.That(await Node().News.RoundAsync(default), Is.Zero, "nothing was read behind the end of April yet");
        await ReadAsync(device, Clock.Now);
        Assert.That(await Node().News.RoundAsync(default), Is.EqualTo(1));
        Assert.That(await Node("n2").News.RoundAsync(default), Is.Zero);
        string[] told = [.. await Database.ReadAsync((c, _) => c.QueryAsync<string>("select topic || ' ' || payload from outbox where topic in ('agent.stale', 'device.stale', 'meterReads.ready') order by id"), default)];
        Assert.That(told.Select(t => t.Split(' ')[0]), Is.EqualTo(new[] { "agent.stale", "meterReads.ready", "device.stale", "meterReads.ready" }));
        Assert.That(told[1], Does.Contain("2026-03").And.Contain("acme"));
        Assert.That(told[3], Does.Contain("2026-04").And.Contain("\"missing\":\"0\""));
    }
}
