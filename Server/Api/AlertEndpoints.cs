using System.Globalization;
using CopyTrack.Accounting.Alerts;
using CopyTrack.Server.Alerts;
using CopyTrack.Server.Data.Alerts;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Schedules;

namespace CopyTrack.Server.Api;

/// <summary>Alert rules and what they have raised, each as far as the token sees them.</summary>
internal sealed class AlertEndpoints(AlertRepository alerts, AlertRules rules, FleetScopes scopes, ReportOptions reports, TimeProvider time)
{
    private const int MostPage = 500, LongestNote = 500;

    private static readonly ApiAccess Read = new(Reach.Fleet, Roles.Administrator, Roles.Dealer, Roles.Customer, Roles.Manager, Roles.Monitor);

    private readonly AlertSentences _english = new(EnglishWords.Instance, reports.TimeZone);

    public IEnumerable<ApiEndpoint> All() =>
    [
        new() { Method = "GET", Path = "/fleet/alert-rules", Summary = "Alert rules by name: those of the token's part of the fleet.", Access = Access.Fleet, Handle = RulesAsync, Answer = "AlertRulePage", Parameters = ApiParameter.Page },
        new() { Method = "POST", Path = "/fleet/alert-rules", Summary = "Adds an alert rule, which looks at the token's part of the fleet at most.", Access = Access.Fleet, Handle = AddAsync, Body = "AlertRuleInput", Answer = "AlertRule" },
        new() { Method = "GET", Path = "/fleet/alert-rules/{id}", Summary = "One alert rule.", Access = Access.Fleet, Handle = async c => ApiResults.Ok(Shape(await RuleAsync(c))), Answer = "AlertRule" },
        new() { Method = "PUT", Path = "/fleet/alert-rules/{id}", Summary = "Changes an alert rule; members that are left out stay.", Access = Access.Fleet, Handle = PutAsync, Body = "AlertRuleInput", Answer = "AlertRule" },
        new() { Method = "DELETE", Path = "/fleet/alert-rules/{id}", Summary = "Deletes an alert rule; what it raised ends and stays in the history.", Access = Access.Fleet, Handle = DeleteAsync },
        new()
        {
            Method = "GET", Path = "/fleet/alerts", Summary = "Alerts, the newest first.", Access = Read, Handle = ListAsync, Answer = "AlertPage",
            Parameters =
            [
                new("state", "string", "open for those that go on; all when absent."), new("kind", "string", "Only those of a kind."), new("severity", "string", "Only those of a severity."),
                new("site", "string", "Only those of a site."), new("from", "string", "Raised at this RFC 3339 time or later."), new("to", "string", "Raised before this RFC 3339 time."), .. ApiParameter.Page,
            ],
        },
        new() { Method = "GET", Path = "/fleet/alerts/{id}", Summary = "One alert with who was told of it and what became of the mails.", Access = Access.Fleet, Handle = OneAsync, Answer = "AlertWithTellings" },
        new() { Method = "POST", Path = "/fleet/alerts/{id}/note", Summary = "Takes note of an alert: nobody is reminded any more, and an event is over.", Access = Access.Fleet, Handle = NoteAsync, Body = "AlertNoteInput", Answer = "Alert" },
        new() { Method = "POST", Path = "/fleet/alerts/{id}/send", Summary = "Sends mails about an alert again that failed or may not have arrived.", Access = Access.Fleet, Handle = AgainAsync },
    ];

    private static object Shape(AlertRuleRow r) => new
    {
        id = Id(r.Id), name = r.Name, owner = r.OwnerName, kind = AlertTopics.NameOf((AlertKind)r.Kind), severity = AlertTopics.NameOf((AlertSeverity)r.Severity), node = r.NodeName, device = r.DeviceName, site = r.Site,
        percent = r.Percent, days = r.Days, which = List(r.Which), afterMinutes = r.AfterMinutes, recipients = List(r.Recipients), language = r.Language, quietFrom = AlertRules.TimeText(r.QuietFrom),
        quietTo = AlertRules.TimeText(r.QuietTo), quietDays = AlertRules.DayNames(r.QuietDays), repeatMinutes = r.RepeatMinutes ?? 0, escalateMinutes = r.EscalateMinutes ?? 0, escalateTo = List(r.EscalateTo),
        tellResolved = r.TellResolved, enabled = r.Enabled,
    };

    private object Shape(AlertRow a, IEnumerable<object>? tellings = null)
    {
        AlertDetail d = AlertDetails.Read(a.Detail);
        var shape = new
        {
            id = Id(a.Id), rule = a.RuleName, kind = AlertTopics.NameOf((AlertKind)a.Kind), severity = AlertTopics.NameOf((AlertSeverity)a.Severity), subject = a.Subject, site = a.Site,
            state = a.ResolvedAt is null ? "open" : "over", text = _english.Of(a), supply = d.Name, color = d.Color, percent = d.Percent, daysLeft = d.DaysLeft, reason = d.Reason, since = a.Since, raisedAt = a.RaisedAt,
            told = a.Told, toldAt = a.ToldAt, notedAt = a.NotedAt, note = a.Note, resolvedAt = a.ResolvedAt, events = a.Events,
        };
        return tellings is null ? shape : new { alert = shape, tellings };
    }

    private async Task<IResult> RulesAsync(ApiCall call)
    {
        string[]? after = Cursor.Read(call.Query("cursor"), 2);
        int limit = Math.Min(call.Limit, MostPage);
        IReadOnlyList<AlertRuleRow> rows = await alerts.RulesAsync(await scopes.RequireAsync(call), after?[0] ?? "", after is null ? 0 : Cursor.Number(after[1]), limit + 1, call.Aborted);
        return ApiResults.Ok(Page<object>.Of(rows, limit, r => Cursor.Of(r.NameFolded, Id(r.Id)), Shape));
    }

    private async Task<IResult> AddAsync(ApiCall call)
    {
        AlertRuleInput input = await ApiJson.ReadAsync<AlertRuleInput>(call.Context);
        FleetScope scope = await scopes.RequireAsync(call);
        (AlertRuleRow? rule, string? fault) = await rules.AddAsync(scope, input, call.Caller.Actor, call.Aborted);
        return rule is null ? throw Bad(fault!) : ApiResults.Ok(Shape((await alerts.RuleAsync(scope, rule.Id, call.Aborted))!), 201);
    }

    private async Task<IResult> PutAsync(ApiCall call)
    {
        AlertRuleInput input = await ApiJson.ReadAsync<AlertRuleInput>(call.Context);
        FleetScope scope = await scopes.RequireAsync(call);
        (AlertRuleRow? rule, string? fault) = await rules.PutAsync(scope, await RuleAsync(call), input, call.Caller.Actor, call.Aborted);
        return rule is null ? throw Bad(fault!) : ApiResults.Ok(Shape((await alerts.RuleAsync(scope, rule.Id, call.Aborted))!));
    }

    private async Task<IResult> DeleteAsync(ApiCall call)
    {
        await alerts.DeleteRuleAsync(await RuleAsync(call), call.Caller.Actor, call.Aborted);
        return ApiResults.None();
    }

    private async Task<IResult> ListAsync(ApiCall call)
    {
        AlertQuestion question = new(
            call.Query("state") switch { null => false, "open" => true, _ => throw ApiProblem.BadRequest("'state' is not open.", "Leave it out for all alerts.") },
            call.Query("kind") is { } kind ? AlertTopics.KindOf(kind) ?? throw ApiProblem.BadRequest("'kind' names no kind of alerts.", "Use a kind that alert rules have, such as supplyLow.") : null,
            call.Query("severity") is { } severity ? AlertTopics.SeverityOf(severity) ?? throw ApiProblem.BadRequest("'severity' is not notice, warning or critical.", "Leave it out for all of them.") : null,
            call.Query("site"), null, TimeOf(call, "from"), TimeOf(call, "to"));
        int limit = Math.Min(call.Limit, MostPage);
        long before = Cursor.Read(call.Query("cursor"), 1) is [var last] ? Cursor.Number(last) : long.MaxValue;
        IReadOnlyList<AlertRow> rows = await alerts.ListAsync(await scopes.RequireAsync(call), question, before, limit + 1, call.Aborted);
        return ApiResults.Ok(Page<object>.Of(rows, limit, a => Cursor.Of(a.Id), a => Shape(a)));
    }

    private async Task<IResult> OneAsync(ApiCall call)
    {
        AlertRow alert = await AlertAsync(call);
        // Whom somebody else's rule tells is nobody's business.
        IReadOnlyList<AlertTellingRow> told = alert.RuleName is null ? [] : await alerts.TellingsAsync(alert.Id, call.Aborted);
        return ApiResults.Ok(Shape(alert, told.Select(t => new
        {
            what = Words.Camel(((AlertTelling)t.What).ToString()), at = t.At, recipients = List(t.Recipients), state = Words.Camel(((DeliveryState)t.State).ToString()), attempts = t.Attempts, sentAt = t.SentAt, message = t.Message,
        })));
    }

    private async Task<IResult> NoteAsync(ApiCall call)
    {
        NoteInput input = await ApiJson.ReadAsync<NoteInput>(call.Context);
        if (input.Note?.Length > LongestNote)
        {
            throw Bad($"a note has at most {LongestNote} characters");
        }

        AlertRow alert = await AlertAsync(call);
        return await alerts.NoteAsync(alert, call.Caller.Actor, string.IsNullOrWhiteSpace(input.Note) ? null : input.Note.Trim(), call.Aborted) ? ApiResults.Ok(Shape(await AlertAsync(call)))
            : throw new ApiProblem(409, "conflict", "Nothing to take note of", "The alert is over, or somebody has taken note of it already.", "Read it again.");
    }

    private async Task<IResult> AgainAsync(ApiCall call)
    {
        AlertRow alert = await AlertAsync(call);
        return alert.RuleName is not null && await alerts.SendAgainAsync(alert, call.Caller.Actor, call.Aborted) ? ApiResults.None()
            : throw new ApiProblem(409, "conflict", "Nothing to send again", "No mail about this alert failed or is in doubt.", "Read the alert with its tellings.");
    }

    private async Task<AlertRuleRow> RuleAsync(ApiCall call) =>
        await alerts.RuleAsync(await scopes.RequireAsync(call), Number(call, "alert rule"), call.Aborted) ?? throw ApiProblem.NotFound("alert rule", call.Route("id"));

    private async Task<AlertRow> AlertAsync(ApiCall call) =>
        await alerts.FindAsync(await scopes.RequireAsync(call), Number(call, "alert"), call.Aborted) ?? throw ApiProblem.NotFound("alert", call.Route("id"));

    private static long Number(ApiCall call, string what) =>
        long.TryParse(call.Route("id"), NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? id : throw ApiProblem.NotFound(what, call.Route("id"));

    private DateTimeOffset? TimeOf(ApiCall call, string name) => call.Query(name) is not { } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at) && at.Year > 1970 && at < time.GetUtcNow().AddYears(100) ? at
        : throw ApiProblem.BadRequest($"'{name}' is no RFC 3339 time.", "Write it as 2026-11-01T00:00:00Z.");

    private static string[] List(string text) => text.Split(';', StringSplitOptions.RemoveEmptyEntries);

    private static string Id(long id) => id.ToString(CultureInfo.InvariantCulture);

    private static ApiProblem Bad(string fault) => new(422, "badValue", "A value can't be taken", $"{char.ToUpperInvariant(fault[0])}{fault[1..]}.", "Correct it and send the body again.");

    private sealed class NoteInput
    {
        public string? Note { get; init; }
    }
}
