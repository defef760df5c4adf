using CopyTrack.Accounting.Alerts;
using CopyTrack.Server.Alerts;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data.Alerts;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Schedules;
using CopyTrack.Server.Web.Language;
using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>One alert: what it is, who was told, and taking note of it. Mails and rule are shown to who sees the rule.</summary>
internal sealed class AlertModel(AlertRepository alerts, AuditNames names, FleetScopes scopes, ReportOptions options, Words words) : PageModel
{
    private const int LongestNote = 500;

    public AlertRow Row { get; private set; } = null!;
    public IReadOnlyList<AlertTellingRow> Tellings { get; private set; } = [];
    public string? NotedBy { get; private set; }
    public string? Fault { get; private set; }
    public AlertSentences Sentences { get; } = new(new ReportWords(words), options.TimeZone);

    public bool CanSendAgain => Tellings.Any(t => (DeliveryState)t.State is DeliveryState.Failed or DeliveryState.Doubtful);

    /// <summary>The page of the device that the caller may open: of the fleet where an agent meters it.</summary>
    public string DevicePage => Row.NodeId is not null ? "/FleetDevice?name=" + Uri.EscapeDataString(Row.Subject) : "/Devices/" + Uri.EscapeDataString(Row.Subject);

    /// <summary>Text and mark of what became of a mail.</summary>
    public static (string Text, string Badge) StateOf(AlertTellingRow telling) => (DeliveryState)telling.State switch
    {
        DeliveryState.Sent => (Words.Key("sent"), "good"),
        DeliveryState.Failed => (Words.Key("failed"), "bad"),
        DeliveryState.Doubtful => (Words.Key("in doubt"), "warn"),
        _ => (Words.Key("waiting"), ""),
    };

    /// <summary>Text of what a mail told.</summary>
    public static string WhatOf(AlertTellingRow telling) => (AlertTelling)telling.What switch
    {
        AlertTelling.Raised => Words.Key("beginning"),
        AlertTelling.Reminder => Words.Key("reminder"),
        AlertTelling.Escalated => Words.Key("told to others"),
        _ => Words.Key("end"),
    };

    public async Task<IActionResult> OnGetAsync(long id, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } row)
        {
            return NotFound();
        }

        Row = row;
        WebCaller caller = WebCaller.Of(HttpContext);
        // Whom somebody else's rule tells, and who of them took note, is nobody's business.
        Tellings = row.RuleName is null ? [] : await alerts.TellingsAsync(row.Id, cancellationToken);
        NotedBy = caller.IsWhole && row.NotedBy is { } by ? (await names.OfAsync(caller.OrgId, [by], cancellationToken)).GetValueOrDefault(by) ?? by : null;
        return Page();
    }

    public async Task<IActionResult> OnPostNoteAsync(long id, string? note, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } row)
        {
            return NotFound();
        }

        if (note?.Length > LongestNote || !await alerts.NoteAsync(row, WebSession.Of(HttpContext)!.Actor, string.IsNullOrWhiteSpace(note) ? null : note.Trim(), cancellationToken))
        {
            Fault = note?.Length > LongestNote ? words["A note has at most {0} characters.", LongestNote] : words["The alert is over, or somebody has taken note of it already."];
            return await OnGetAsync(id, cancellationToken);
        }

        this.Tell(words["Noted."]);
        return RedirectToPage(new { id });
    }

    public async Task<IActionResult> OnPostAgainAsync(long id, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { RuleName: not null } row)
        {
            return NotFound();
        }

        if (await alerts.SendAgainAsync(row, WebSession.Of(HttpContext)!.Actor, cancellationToken))
        {
            this.Tell(words["It is sent again."]);
        }

        return RedirectToPage(new { id });
    }

    private async Task<AlertRow?> FindAsync(long id, CancellationToken cancellationToken) =>
        await scopes.OfAsync(WebCaller.Of(HttpContext).Scope, cancellationToken) is { } scope ? await alerts.FindAsync(scope, id, cancellationToken) : null;
}
