using CopyTrack.Accounting.Alerts;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Server.Data.Alerts;

namespace CopyTrack.Server.Alerts;

/// <summary>One look of all rules at some devices or agents: what becomes of each alert. Works on what was read; keeps and tells nothing itself.</summary>
internal sealed class AlertLook(IReadOnlyList<AlertRuleRow> rules, TimeZoneInfo siteZone, DateTimeOffset now)
{
    private readonly (AlertRuleRow Row, AlertRule Rule)[] _rules = [.. rules.Select(r => (r, r.ToRule()))];
    private readonly Dictionary<long, (AlertRuleRow Row, AlertRule Rule)> _byId = rules.ToDictionary(r => r.Id, r => (r, r.ToRule()));
    private readonly List<AlertChange> _changes = [];
    private readonly HashSet<long> _seen = [];

    /// <summary>What changes.</summary>
    public IReadOnlyList<AlertChange> Changes => _changes;

    /// <summary>Looks at devices, whose rows stand together. <paramref name="standing"/>: pending and open alerts there; those of devices that are gone end.</summary>
    public void AtDevices(
        IReadOnlyList<AlertDeviceRow> rows, IReadOnlyList<AlertRow> standing, IReadOnlyDictionary<(long DeviceId, string Supply), SupplyForecast> ends)
    {
        var byDevice = standing.ToLookup(a => a.DeviceId);
        foreach (var rowsOfOne in rows.GroupBy(r => r.DeviceId))
        {
            var (device, facts, zone) = Facts([.. rowsOfOne], ends);
            var alerts = byDevice[device.DeviceId].ToDictionary(a => (a.RuleId, a.Thing));
            foreach (var (row, rule) in _rules)
            {
                if (rule.Kind.IsOfDevice() && row.Covers(Place(device)))
                {
                    AtDevice(row, rule, device, facts, zone, alerts);
                }
            }
        }

        CloseRest(standing);
    }

    /// <summary>Looks at all agents. <paramref name="standing"/>: pending and open alerts of agents.</summary>
    public void AtAgents(IReadOnlyList<AlertAgentRow> agents, IReadOnlyList<AlertRow> standing)
    {
        var alerts = standing.ToDictionary(a => (a.RuleId, a.Thing));
        foreach (var agent in agents)
        {
            AlertPlace place = new(agent.OrgId, null, agent.NodeId, agent.CustomerId, agent.DealerId, agent.NodeName);
            foreach (var (row, rule) in _rules)
            {
                if (rule.Kind == AlertKind.AgentStale && row.Covers(place))
                {
                    var seen = Sightings.OfAgent(rule, agent.LastNews, now);
                    AlertRow fresh = new() { AgentId = agent.Id, Thing = FormattableString.Invariant($"agent:{agent.Id}"), Subject = agent.Name, NodeId = agent.NodeId, Site = agent.NodeName };
                    Step(row, rule, alerts.GetValueOrDefault((row.Id, fresh.Thing)), fresh, seen, agent.Zone);
                }
            }
        }

        CloseRest(standing);
    }

    /// <summary>Looks at events of one device, the oldest first. <paramref name="kindOf"/> says which kind of alert an event is, null for none.</summary>
    public void AtEvents(IReadOnlyList<AlertDeviceRow> rows, IReadOnlyList<AlertRow> standing, IEnumerable<(AlertKind Kind, DateTimeOffset At, AlertDetail Detail)> events)
    {
        if (rows.Count == 0)
        {
            return;
        }

        var (device, _, zone) = Facts(rows, new Dictionary<(long, string), SupplyForecast>());
        foreach (var (row, rule) in _rules.Where(r => r.Rule.Kind.IsEvent() && r.Row.Covers(Place(device))))
        {
            var thing = Thing(device.DeviceId, "");
            // One alert holds all that happened since the last look.
            var those = events.Where(e => e.Kind == rule.Kind && e.At >= row.CreatedAt).ToList();
            if (those.Count > 0)
            {
                var before = standing.FirstOrDefault(a => a.RuleId == row.Id && a.Thing == thing);
                var detail = those[^1].Detail with { Pages = those.Any(e => e.Detail.Pages is not null) ? those.Sum(e => e.Detail.Pages ?? 0) : null };
                var fresh = Fresh(device, thing) with { Events = (before?.Events ?? 0) + those.Count };
                Step(row, rule, before, fresh, new Sighting("", true, those[0].At, detail), zone);
            }
        }
    }

    /// <summary>Looks at alerts that are over and whose end waits for the end of quiet hours. <paramref name="zones"/>: the clocks of nodes.</summary>
    public void AtOwed(IReadOnlyList<AlertRow> owed, IReadOnlyDictionary<long, string?> zones)
    {
        foreach (var alert in owed)
        {
            if (!_byId.TryGetValue(alert.RuleId, out var of))
            {
                Close(alert);
                continue;
            }

            var step = AlertDecision.Next(of.Rule, alert.ToState(), null, null, now, of.Rule.Quiet.IsQuiet(now, ZoneOf(alert.NodeId is { } node ? zones.GetValueOrDefault(node) : null)));
            if (step.Telling is not null)
            {
                _changes.Add(new AlertChange(alert, alert.With(step.State!), of.Row, step.Telling, false, false));
            }
        }
    }

    private static AlertPlace Place(AlertDeviceRow d) => new(d.OrgId, d.DeviceId, d.NodeId, d.CustomerId, d.DealerId, d.NodeName ?? d.Site);

    private static string Thing(long deviceId, string part) => FormattableString.Invariant($"device:{deviceId}") + (part.Length == 0 ? "" : "/" + part);

    private static AlertRow Fresh(AlertDeviceRow device, string thing) =>
        new() { DeviceId = device.DeviceId, Thing = thing, Subject = device.Name, NodeId = device.NodeId, Site = device.NodeName ?? device.Site };

    private (AlertDeviceRow Device, DeviceFacts Facts, string? Zone) Facts(IReadOnlyList<AlertDeviceRow> rows, IReadOnlyDictionary<(long DeviceId, string Supply), SupplyForecast> ends)
    {
        // The agent that told of it last says where it stands; any reader that reaches it proves that it answers.
        var device = rows.OrderByDescending(r => r.AgentId is not null).ThenByDescending(r => r.ReadingAt).First();
        AlertDeviceRow[] agents = [.. rows.Where(r => r.AgentId is not null)];
        var reached = (device.Monitored && device.UnreachableSince is null) || agents.Any(a => a.SilentSince is null);
        var metered = device.Monitored || agents.Length > 0;
        DateTimeOffset? away = !metered || reached ? null : new[] { device.Monitored ? device.UnreachableSince : null }.Concat(agents.Select(a => a.SilentSince)).Max();
        var own = device.Monitored ? device.UnreachableSince ?? now : (DateTimeOffset?)null;
        var report = ProbeReport.TryParse(device.Report);
        var today = Fleet.SupplyForecasts.DayOf(now);
        var mine = (report?.Supplies ?? []).Select(s => s.Index).Distinct().Where(i => ends.ContainsKey((device.DeviceId, i))).ToDictionary(i => i, i => ends[(device.DeviceId, i)]);
        return (device, new DeviceFacts(
            report, agents.Length > 0 ? agents.Min(a => a.FirstSeenAt!.Value) : device.CreatedAt, agents.Select(a => a.ReadingAt).Append(own).Max(), metered, away,
            away is null ? null : agents.Select(a => a.SilentReason).FirstOrDefault(r => r is not null), mine, today), device.Zone);
    }

    private void AtDevice(AlertRuleRow row, AlertRule rule, AlertDeviceRow device, DeviceFacts facts, string? zone, Dictionary<(long RuleId, string Thing), AlertRow> alerts)
    {
        if (rule.Kind.IsEvent())
        {
            if (alerts.GetValueOrDefault((row.Id, Thing(device.DeviceId, ""))) is { } standing)
            {
                Step(row, rule, standing, standing, new Sighting("", null, null, AlertDetails.Read(standing.Detail)), zone);
            }

            return;
        }

        bool IsOpen(string part) => alerts.GetValueOrDefault((row.Id, Thing(device.DeviceId, part))) is { State: (int)AlertRowState.Open };
        foreach (var seen in Sightings.Of(rule, facts, now, IsOpen))
        {
            var thing = Thing(device.DeviceId, seen.Part);
            Step(row, rule, alerts.GetValueOrDefault((row.Id, thing)), Fresh(device, thing), seen, zone);
        }

        // Parts that the device does not tell of any more.
        bool? gone = Sightings.IsGone(rule.Kind, facts) ? false : null;
        foreach (var alert in alerts.Values.Where(a => a.RuleId == row.Id && !_seen.Contains(a.Id)).ToList())
        {
            Step(row, rule, alert, alert, new Sighting("", gone, null, AlertDetails.Read(alert.Detail)), zone);
        }
    }

    private void Step(AlertRuleRow row, AlertRule rule, AlertRow? before, AlertRow fresh, Sighting seen, string? zone)
    {
        if (before is not null)
        {
            _seen.Add(before.Id);
        }

        var step = AlertDecision.Next(rule, before?.ToState(), seen.Holds, seen.Since, now, rule.Quiet.IsQuiet(now, ZoneOf(zone)));
        if (step.State is null)
        {
            if (before is not null)
            {
                _changes.Add(new AlertChange(before, null, row, null, false, false));
            }

            return;
        }

        // What holds no more keeps the values that it had.
        var detail = seen.Holds == true || before is null ? AlertDetails.Write(seen.Detail) : before.Detail;
        var after = (before ?? fresh with { OrgId = row.OrgId, RuleId = row.Id, OwnerNodeId = row.OwnerNodeId, RuleName = row.Name, Kind = row.Kind, Severity = row.Severity }).With(step.State) with
        {
            Detail = detail, Events = fresh.Events,
        };
        // Being seen again is no news of a state, and not worth a write.
        if (before is null || after with { SeenAt = before.SeenAt } != before || (rule.Kind.IsEvent() && after.SeenAt != before.SeenAt))
        {
            _changes.Add(new AlertChange(before, after, row, step.Telling, step.IsRaised, step.IsResolved));
        }
    }

    /// <summary>Ends alerts whose device, agent or rule is not there any more, or which are not the rule's any more.</summary>
    private void CloseRest(IReadOnlyList<AlertRow> standing)
    {
        foreach (var alert in standing.Where(a => !_seen.Contains(a.Id)))
        {
            Close(alert);
        }
    }

    private void Close(AlertRow alert)
    {
        var rule = _byId.TryGetValue(alert.RuleId, out var of) ? of.Row : new AlertRuleRow { Id = alert.RuleId, OrgId = alert.OrgId };
        var open = alert.State == (int)AlertRowState.Open;
        _changes.Add(new AlertChange(alert, alert.State == (int)AlertRowState.Pending ? null : alert.With(AlertDecision.Closed(alert.ToState(), now)), rule, null, false, open));
    }

    /// <summary>The clocks of a place; a zone that this machine does not know counts as the installation's.</summary>
    private TimeZoneInfo ZoneOf(string? zone) => zone is not null && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? found : siteZone;
}
