using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Data.Webhooks;
using CopyTrack.Server.Web.SignIn;
using CopyTrack.Server.Webhooks;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>All webhooks, and adding one; its secret is shown once.</summary>
internal sealed class WebhooksModel(WebhookRepository webhooks, WebhookBook book) : PageModel
{
    public IReadOnlyList<WebhookRow> All { get; private set; } = [];
    public string? Fault { get; private set; }
    public WebhookKept? Made { get; private set; }
    public string? Name { get; private set; }
    public string? Address { get; private set; }

    /// <summary>How a webhook stands: a key of translation, and the class of its badge.</summary>
    public static (string Text, string Class) StateOf(WebhookRow w) => !w.Enabled ? (Words.Key("off"), "quiet") : w.PausedAt is not null ? (Words.Key("paused"), "bad")
        : w.FailingSince is not null ? (Words.Key("failing"), "warn") : (Words.Key("good"), "good");

    /// <summary>What a kind of event is, as a key of translation.</summary>
    public static string KindText(string kind) => kind switch
    {
        WebhookEvents.SessionSettled => Words.Key("a session is over and booked"),
        WebhookEvents.Alert => Words.Key("any alarm"),
        WebhookEvents.PanelBypass => Words.Key("copies without a session"),
        WebhookEvents.SupplyLow => Words.Key("a supply has become low"),
        WebhookEvents.AlertRaised => Words.Key("an alert rule raises an alert"),
        WebhookEvents.AlertResolved => Words.Key("an alert of a rule is over"),
        WebhookEvents.AlertNoted => Words.Key("somebody takes note of an alert"),
        WebhookEvents.AgentStale => Words.Key("nothing new comes of an agent"),
        WebhookEvents.DeviceStale => Words.Key("nothing new comes of a metered device"),
        WebhookEvents.ReadsReady => Words.Key("meter reads of a month are complete for a customer"),
        _ => kind,
    };

    public async Task OnGetAsync(CancellationToken cancellationToken) => All = await webhooks.ListAsync(OrganisationRepository.DefaultId, cancellationToken);

    public async Task<IActionResult> OnPostAsync(string? name, string? address, string[]? events, bool userNames, CancellationToken cancellationToken)
    {
        (Name, Address) = (name, address);
        if (name is not null && await webhooks.FindAsync(OrganisationRepository.DefaultId, name, cancellationToken) is not null)
        {
            Fault = Words.Key("There is a webhook of that name already.");
        }
        else
        {
            (Made, string? fault) = await book.PutAsync(OrganisationRepository.DefaultId, name ?? "", new WebhookInput(address ?? "", events ?? [], userNames, true), WebSession.Of(HttpContext)!.Actor, cancellationToken);
            Fault = fault;
        }

        await OnGetAsync(cancellationToken);
        return Page();
    }
}
