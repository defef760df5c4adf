using System.Globalization;
using CopyTrack.Accounting.Alerts;
using CopyTrack.Accounting.Mail;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Alerts;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Alerts;

/// <summary>A rule as somebody wants it. What is null is left as it was, or as it is by default.</summary>
internal sealed record AlertRuleInput
{
    public string? Name { get; init; }

    /// <summary>As <c>supplyLow</c>; stays as it is for a rule that is there.</summary>
    public string? Kind { get; init; }
    public string? Severity { get; init; }

    /// <summary>Name of a dealer, customer or site of the fleet; empty for all.</summary>
    public string? Node { get; init; }

    /// <summary>Name of a device; empty for all.</summary>
    public string? Device { get; init; }

    /// <summary>Site of devices that no agent meters; empty for all.</summary>
    public string? Site { get; init; }
    public int? Percent { get; init; }
    public int? Days { get; init; }
    public IReadOnlyList<string>? Which { get; init; }
    public int? AfterMinutes { get; init; }
    public IReadOnlyList<string>? Recipients { get; init; }
    public string? Language { get; init; }

    /// <summary>As <c>20:00</c>.</summary>
    public string? QuietFrom { get; init; }
    public string? QuietTo { get; init; }

    /// <summary>As <c>saturday</c>.</summary>
    public IReadOnlyList<string>? QuietDays { get; init; }

    /// <summary>0 for once.</summary>
    public int? RepeatMinutes { get; init; }

    /// <summary>0 for never.</summary>
    public int? EscalateMinutes { get; init; }
    public IReadOnlyList<string>? EscalateTo { get; init; }
    public bool? TellResolved { get; init; }
    public bool? Enabled { get; init; }
}

/// <summary>Makes and changes rules, within what somebody may see: a rule belongs to their part of the fleet, and never looks beyond it.</summary>
internal sealed class AlertRules(AlertRepository alerts, FleetRepository fleet, FleetDevices fleetDevices, DeviceRepository devices, IdGenerator ids, TimeProvider time)
{
    /// <summary>Most rules of one dealer, customer, site or organisation.</summary>
    public const int Most = 200;

    private const int MostRecipients = 20, MostWhich = 20, LongestWord = 40, MostMinutes = 60 * 24 * 90, LeastRepeat = 15, LongestSite = 100;

    private static readonly string[] s_days = [.. Enum.GetNames<DayOfWeek>().Select(d => d.ToLowerInvariant())];

    /// <summary>How long a kind holds by default before it is raised; for events how long until it ends by itself.</summary>
    public static int UsualMinutes(AlertKind kind) => kind switch
    {
        AlertKind.DeviceError => 15,
        AlertKind.DeviceOffline => 60,
        AlertKind.AgentStale => 180,
        AlertKind.MeterMissing => 24 * 60,
        AlertKind.MeterImplausible or AlertKind.PanelBypass or AlertKind.CounterReset => 24 * 60,
        _ => 0,
    };

    /// <summary>Adds a rule; null with what is wrong in words when it can't be.</summary>
    public async Task<(AlertRuleRow? Rule, string? Fault)> AddAsync(FleetScope scope, AlertRuleInput input, string actor, CancellationToken cancellationToken)
    {
        if (AlertTopics.KindOf(input.Kind) is not { } kind)
        {
            return (null, $"there is no such kind of alert; there are {string.Join(", ", AlertKinds.All.Select(AlertTopics.NameOf))}");
        }

        var (owner, fault) = await OwnerAsync(scope, cancellationToken);
        if (fault is not null)
        {
            return (null, fault);
        }

        if (await alerts.CountAsync(scope.OrgId, owner, cancellationToken) >= Most)
        {
            return (null, $"there are {Most} rules already; delete one or let one look at more");
        }

        var now = time.GetUtcNow();
        AlertRuleRow begin = new()
        {
            Id = ids.Next(), OrgId = scope.OrgId, OwnerNodeId = owner, Kind = (int)kind, Severity = (int)AlertSeverity.Warning, AfterMinutes = UsualMinutes(kind), CreatedAt = now, UpdatedAt = now,
            Percent = kind == AlertKind.SupplyLow && input is { Percent: null, Days: null } ? 10 : null,
        };
        (var rule, fault) = await FilledAsync(scope, begin, input, cancellationToken);
        if (rule is not null)
        {
            await alerts.AddRuleAsync(rule, actor, cancellationToken);
        }

        return (rule, fault);
    }

    /// <summary>Changes a rule that the scope sees; null with what is wrong in words when it can't be so.</summary>
    public async Task<(AlertRuleRow? Rule, string? Fault)> PutAsync(FleetScope scope, AlertRuleRow before, AlertRuleInput input, string actor, CancellationToken cancellationToken)
    {
        if (input.Kind is { } kind && AlertTopics.KindOf(kind) != (AlertKind)before.Kind)
        {
            return (null, "what a rule looks for stays; make another rule");
        }

        var (rule, fault) = await FilledAsync(scope, before with { UpdatedAt = time.GetUtcNow() }, input, cancellationToken);
        if (rule is not null)
        {
            await alerts.PutRuleAsync(before, rule, actor, cancellationToken);
        }

        return (rule, fault);
    }

    /// <summary>A minute of the day as <c>07:30</c>.</summary>
    public static string TimeText(int minute) => string.Create(CultureInfo.InvariantCulture, $"{minute / 60:00}:{minute % 60:00}");

    /// <summary>Days of the week of a mask, as <c>saturday</c>.</summary>
    public static IReadOnlyList<string> DayNames(int mask) => [.. s_days.Where((_, i) => (mask & (1 << i)) != 0)];

    /// <summary>Whose rules somebody makes: those of the node of their scope; null for the whole organisation.</summary>
    private async Task<(long? Node, string? Fault)> OwnerAsync(FleetScope scope, CancellationToken cancellationToken) => scope switch
    {
        { IsWhole: true } => (null, null),
        { Sites.IsEmpty: true, Nodes.Values: [var node] } => (node, null),
        { Nodes.IsEmpty: false } or { Sites.Values.Length: > 1 } => (null, "a rule belongs to one dealer, customer or site; choose one of your roles first"),
        _ => (await fleet.NodesAsync(scope, cancellationToken)).FirstOrDefault(n => n.Kind == "site") is { } site ? (site.Id, null) : (null, "the site is no site of the fleet, so that it can have no rules of its own"),
    };

    private async Task<(AlertRuleRow? Rule, string? Fault)> FilledAsync(FleetScope scope, AlertRuleRow rule, AlertRuleInput input, CancellationToken cancellationToken)
    {
        var name = Fleet.FleetNames.Usable(input.Name ?? rule.Name);
        if (name is null)
        {
            return (null, Fleet.FleetNames.Rule);
        }

        if (input.Severity is { } wanted && AlertTopics.SeverityOf(wanted) is null)
        {
            return (null, $"a severity is one of {string.Join(", ", Enum.GetValues<AlertSeverity>().Select(AlertTopics.NameOf))}");
        }

        rule = rule with { Name = name, NameFolded = NameFolding.Fold(name), Severity = (int)(AlertTopics.SeverityOf(input.Severity) ?? (AlertSeverity)rule.Severity) };
        (rule, var fault) = await PlacedAsync(scope, rule, input, cancellationToken);
        if (fault is not null)
        {
            return (null, fault);
        }

        rule = rule with
        {
            Percent = input.Percent ?? (input.Days is not null ? null : rule.Percent), Days = input.Days ?? (input.Percent is not null ? null : rule.Days), AfterMinutes = input.AfterMinutes ?? rule.AfterMinutes,
            Which = input.Which is { } which ? string.Join(';', which.Select(w => w.Trim()).Where(w => w.Length > 0).Distinct(StringComparer.Ordinal)) : rule.Which, Language = input.Language ?? rule.Language,
            RepeatMinutes = input.RepeatMinutes is { } repeat ? repeat == 0 ? null : repeat : rule.RepeatMinutes, EscalateMinutes = input.EscalateMinutes is { } later ? later == 0 ? null : later : rule.EscalateMinutes,
            TellResolved = input.TellResolved ?? rule.TellResolved, Enabled = input.Enabled ?? rule.Enabled,
        };
        (rule, fault) = Told(rule, input);
        fault ??= Fault(rule);
        return fault is null ? (rule, null) : (null, fault);
    }

    private async Task<(AlertRuleRow Rule, string? Fault)> PlacedAsync(FleetScope scope, AlertRuleRow rule, AlertRuleInput input, CancellationToken cancellationToken)
    {
        if (input.Node is { } node)
        {
            var found = node.Length == 0 ? null : (await fleet.NodesAsync(scope, cancellationToken)).FirstOrDefault(n => n.NameFolded == NameFolding.Fold(node));
            if (node.Length > 0 && found is null)
            {
                return (rule, $"there is no dealer, customer or site '{Cut(node)}'");
            }

            rule = rule with { NodeId = found?.Id, NodeName = found?.Name };
        }

        if (input.Device is { } device)
        {
            var id = device.Length == 0 ? null : await DeviceAsync(scope, device, cancellationToken);
            if (device.Length > 0 && id is null)
            {
                return (rule, $"there is no device '{Cut(device)}'");
            }

            rule = rule with { DeviceId = id, DeviceName = id is null ? null : device };
        }

        return input.Site is { } site ? (rule with { Site = site.Trim() is { Length: > 0 } some ? some : null }, site.Length > LongestSite ? "a site has a shorter name" : null) : (rule, null);
    }

    private async Task<long?> DeviceAsync(FleetScope scope, string name, CancellationToken cancellationToken)
    {
        var folded = NameFolding.Fold(name);
        return await fleetDevices.OneAsync(scope, folded, cancellationToken) is { } row ? row.DeviceId
            : scope.IsWhole ? (await devices.FindAsync(scope.OrgId, name, cancellationToken))?.Id : null;
    }

    private static (AlertRuleRow Rule, string? Fault) Told(AlertRuleRow rule, AlertRuleInput input)
    {
        foreach (var (list, escalation) in new[] { (input.Recipients, false), (input.EscalateTo, true) })
        {
            if (list is null)
            {
                continue;
            }

            string[] addresses = [.. list.Select(a => a.Trim()).Where(a => a.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)];
            if (addresses.Length > MostRecipients)
            {
                return (rule, $"at most {MostRecipients} addresses are told");
            }

            if (addresses.FirstOrDefault(a => Mailbox.TryParse(a) is null) is { } bad)
            {
                return (rule, $"'{Cut(bad)}' is no mail address");
            }

            var text = string.Join(';', addresses);
            rule = escalation ? rule with { EscalateTo = text } : rule with { Recipients = text };
        }

        var (from, to) = (input.QuietFrom is { } f ? Minute(f) : rule.QuietFrom, input.QuietTo is { } t ? Minute(t) : rule.QuietTo);
        var days = input.QuietDays is { } names ? names.Aggregate((int?)0, (mask, day) => Array.IndexOf(s_days, day.Trim().ToLowerInvariant()) is >= 0 and var i ? mask | (1 << i) : null) : rule.QuietDays;
        return from is null || to is null || days is null || !new QuietHours(from.Value, to.Value, days.Value).IsPossible
            ? (rule, "quiet hours are two times as 20:00 and 07:00, and days as saturday, not all seven")
            : (rule with { QuietFrom = from.Value, QuietTo = to.Value, QuietDays = days.Value }, null);
    }

    private static string? Fault(AlertRuleRow rule) => (AlertKind)rule.Kind switch
    {
        AlertKind.SupplyLow when rule is { Percent: null, Days: null } => "a rule for supplies needs a percentage or a number of days",
        not AlertKind.SupplyLow when rule is { Percent: not null } or { Days: not null } => "only rules for supplies have a percentage or days",
        AlertKind.AgentStale when rule.DeviceId is not null => "a rule for agents can't name a device",
        not (AlertKind.SupplyLow or AlertKind.DeviceError) when rule.Which.Length > 0 => "only rules for supplies and errors look at some of them",
        AlertKind.MeterMissing or AlertKind.AgentStale when rule.AfterMinutes < 10 => "silence of less than ten minutes tells nothing",
        _ when rule.Percent is < 0 or > 99 => "a percentage is from 0 to 99",
        _ when rule.Days is < 0 or > 365 => "days are from 0 to 365",
        _ when rule.AfterMinutes is < 0 or > MostMinutes => "a time is from 0 minutes to 90 days",
        _ when rule.RepeatMinutes is < LeastRepeat or > MostMinutes => "it is told again after 15 minutes at the soonest, and 90 days at the latest",
        _ when rule.EscalateMinutes is < 1 or > MostMinutes => "others are told after one minute to 90 days",
        _ when rule.Which.Split(';').Length > MostWhich || rule.Which.Split(';').Any(w => w.Length > LongestWord || !w.All(char.IsAsciiLetterOrDigit)) => "supplies and errors are named by their words, as black or jammed",
        _ when rule.Language is not ("en" or "de") => "a language is en or de",
        _ => null,
    };

    private static int? Minute(string text) =>
        TimeOnly.TryParseExact(text.Trim(), ["HH:mm", "H:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? (time.Hour * 60) + time.Minute : null;

    private static string Cut(string text) => text.Length > 60 ? text[..60] + "…" : text;
}
