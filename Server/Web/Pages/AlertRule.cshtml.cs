using CopyTrack.Accounting.Alerts;
using CopyTrack.Server.Alerts;
using CopyTrack.Server.Data.Alerts;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Web.Language;
using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>A form of one rule: all of it, as browsers send it.</summary>
public sealed class AlertRuleForm
{
    public string? Name { get; init; }
    public string? Kind { get; init; }
    public string? Severity { get; init; }
    public string? Node { get; init; }
    public string? Device { get; init; }
    public string? Site { get; init; }
    public int? Percent { get; init; }
    public int? Days { get; init; }
    public string? Which { get; init; }
    public int? AfterMinutes { get; init; }
    public string? Recipients { get; init; }
    public string? Language { get; init; }
    public string? QuietFrom { get; init; }
    public string? QuietTo { get; init; }
    /// <summary>Null when none is ticked: a binder adds nothing to an empty list that is there already.</summary>
    public IReadOnlyList<string>? QuietDays { get; init; }
    public int? RepeatMinutes { get; init; }
    public int? EscalateMinutes { get; init; }
    public string? EscalateTo { get; init; }
    public bool TellResolved { get; init; }
    public bool Enabled { get; init; }
}

/// <summary>One alert rule, a new one without an id. What the caller does not see is not there.</summary>
internal sealed class AlertRuleModel(AlertRepository alerts, AlertRules rules, FleetRepository fleet, FleetScopes scopes, ReportOptions options, Words words) : PageModel
{
    private static readonly char[] s_between = [',', ';', ' ', '\n', '\r', '\t'];

    public AlertRuleRow Rule { get; private set; } = new();
    public IReadOnlyList<FleetNodeRow> Nodes { get; private set; } = [];
    public string? Fault { get; private set; }
    public AlertSentences Sentences { get; } = new(new ReportWords(words), options.TimeZone);

    /// <summary>Days in the order of a European week.</summary>
    public static IReadOnlyList<DayOfWeek> Week { get; } = [.. Enumerable.Range(1, 7).Select(d => (DayOfWeek)(d % 7))];

    public static string HoldsFor => Words.Key("Holds for (minutes)");

    public static string EndsAfter => Words.Key("Ends by itself after (minutes, 0 = never)");

    public static string WhichSupplies => Words.Key("Kinds or colours (empty = all)");

    public static string WhichErrors => Words.Key("Errors (empty = all that stop a device)");

    /// <summary>What a kind of rules looks for.</summary>
    public static string AboutOf(AlertKind kind) => kind switch
    {
        AlertKind.SupplyLow => Words.Key("a supply has little left, or runs out soon by how it was used."),
        AlertKind.TrayEmpty => Words.Key("a paper tray is empty."),
        AlertKind.DeviceError => Words.Key("a device tells an error such as a paper jam."),
        AlertKind.DeviceOffline => Words.Key("a device does not answer whoever reads it."),
        AlertKind.AgentStale => Words.Key("nothing new comes of an agent."),
        AlertKind.MeterMissing => Words.Key("the meters of a device are not read any more."),
        AlertKind.MeterImplausible => Words.Key("a reading can't be true and was put aside."),
        AlertKind.PanelBypass => Words.Key("pages are copied past the locked panel."),
        _ => Words.Key("meters begin anew, or another device answers."),
    };

    public async Task<IActionResult> OnGetAsync(long? id, string? kind, CancellationToken cancellationToken)
    {
        if (await ScopeAsync(cancellationToken) is not { } scope)
        {
            return NotFound();
        }

        if (id is { } known)
        {
            if (await alerts.RuleAsync(scope, known, cancellationToken) is not { } rule)
            {
                return NotFound();
            }

            Rule = rule;
        }
        else
        {
            AlertKind wanted = AlertTopics.KindOf(kind) ?? AlertKind.SupplyLow;
            Rule = new AlertRuleRow { Kind = (int)wanted, AfterMinutes = AlertRules.UsualMinutes(wanted), Percent = wanted == AlertKind.SupplyLow ? 10 : null, Language = words.Language };
        }

        Nodes = await fleet.NodesAsync(scope, cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(long id, AlertRuleForm form, CancellationToken cancellationToken)
    {
        if (await ScopeAsync(cancellationToken) is not { } scope || (id != 0 && await alerts.RuleAsync(scope, id, cancellationToken) is null))
        {
            return NotFound();
        }

        AlertRuleRow? before = id == 0 ? null : await alerts.RuleAsync(scope, id, cancellationToken);
        string actor = WebSession.Of(HttpContext)!.Actor;
        AlertRuleInput input = Input(form);
        (AlertRuleRow? rule, string? fault) = before is null ? await rules.AddAsync(scope, input, actor, cancellationToken) : await rules.PutAsync(scope, Blank(before, form), input, actor, cancellationToken);
        if (rule is not null)
        {
            this.Tell(words["The rule {0} is kept.", rule.Name]);
            return RedirectToPage("/AlertRules");
        }

        Rule = Shown(before ?? new AlertRuleRow { Kind = (int)(AlertTopics.KindOf(form.Kind) ?? AlertKind.SupplyLow) }, form);
        Nodes = await fleet.NodesAsync(scope, cancellationToken);
        Fault = words["Not kept: {0}.", words[fault ?? ""]];
        return Page();
    }

    public async Task<IActionResult> OnPostDeleteAsync(long id, CancellationToken cancellationToken)
    {
        if (await ScopeAsync(cancellationToken) is not { } scope || await alerts.RuleAsync(scope, id, cancellationToken) is not { } rule)
        {
            return NotFound();
        }

        await alerts.DeleteRuleAsync(rule, WebSession.Of(HttpContext)!.Actor, cancellationToken);
        this.Tell(words["The rule {0} is deleted.", rule.Name]);
        return RedirectToPage("/AlertRules");
    }

    private Task<FleetScope?> ScopeAsync(CancellationToken cancellationToken) => scopes.OfAsync(WebCaller.Of(HttpContext).Scope, cancellationToken);

    /// <summary>An empty field of a form takes a value away, where a member that is left out of a body leaves it.</summary>
    private static AlertRuleRow Blank(AlertRuleRow rule, AlertRuleForm form) => form is { Percent: null, Days: null } ? rule with { Percent = null, Days = null } : rule;

    private static AlertRuleInput Input(AlertRuleForm form) => new()
    {
        Name = form.Name, Kind = form.Kind, Severity = form.Severity, Node = form.Node ?? "", Device = form.Device?.Trim() ?? "", Site = form.Site ?? "", Percent = form.Percent, Days = form.Days, Which = List(form.Which),
        AfterMinutes = form.AfterMinutes ?? 0, Recipients = List(form.Recipients), Language = form.Language, QuietFrom = form.QuietFrom, QuietTo = form.QuietTo, QuietDays = form.QuietDays ?? [],
        RepeatMinutes = form.RepeatMinutes ?? 0, EscalateMinutes = form.EscalateMinutes ?? 0, EscalateTo = List(form.EscalateTo), TellResolved = form.TellResolved, Enabled = form.Enabled,
    };

    /// <summary>What was typed, for the form that is shown again.</summary>
    private static AlertRuleRow Shown(AlertRuleRow rule, AlertRuleForm form) => rule with
    {
        Name = form.Name ?? "", Severity = (int)(AlertTopics.SeverityOf(form.Severity) ?? AlertSeverity.Warning), NodeName = form.Node, DeviceName = form.Device, Site = form.Site, Percent = form.Percent, Days = form.Days,
        Which = form.Which ?? "", AfterMinutes = form.AfterMinutes ?? 0, Recipients = form.Recipients ?? "", Language = form.Language ?? "en", RepeatMinutes = form.RepeatMinutes, EscalateMinutes = form.EscalateMinutes,
        EscalateTo = form.EscalateTo ?? "", TellResolved = form.TellResolved, Enabled = form.Enabled,
    };

    private static string[] List(string? text) => (text ?? "").Split(s_between, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
