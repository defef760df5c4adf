using System.Globalization;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Data.Webhooks;
using CopyTrack.Server.Web.SignIn;
using CopyTrack.Server.Web.Tables;
using CopyTrack.Server.Webhooks;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>One webhook: change it, another secret, resume, test, and its events with every try.</summary>
internal sealed class WebhookModel(WebhookRepository webhooks, WebhookBook book, Words words) : PageModel
{
    private const int Rows = 50;
    private const long Org = OrganisationRepository.DefaultId;

    public WebhookRow Webhook { get; private set; } = null!;
    public TableQuery Query { get; private set; } = null!;
    public IReadOnlyList<WebhookEventRow> Events { get; private set; } = [];
    public ILookup<long, WebhookTryRow> Tries { get; private set; } = Array.Empty<WebhookTryRow>().ToLookup(t => t.EventId);
    public string? Next { get; private set; }
    public string? Secret { get; private set; }
    public string? Fault { get; private set; }

    private string Actor => WebSession.Of(HttpContext)!.Actor;

    public async Task<IActionResult> OnGetAsync(string name, CancellationToken cancellationToken)
    {
        if (await webhooks.FindAsync(Org, name, cancellationToken) is not { } webhook)
        {
            return NotFound();
        }

        (Webhook, Query) = (webhook, TableQuery.Of(Request));
        long before = long.TryParse(Query.After, NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? id : long.MaxValue;
        var (events, tries) = await webhooks.LogAsync(webhook.Id, before, Rows + 1, cancellationToken);
        (Events, Tries) = ([.. events.Take(Rows)], tries);
        Next = events.Count > Rows ? Events[^1].EventId.ToString(CultureInfo.InvariantCulture) : null;
        return Page();
    }

    public async Task<IActionResult> OnPostChangeAsync(string name, string? address, string[]? events, bool userNames, bool enabled, CancellationToken cancellationToken)
    {
        if (await webhooks.FindAsync(Org, name, cancellationToken) is null)
        {
            return NotFound();
        }

        var (_, fault) = await book.PutAsync(Org, name, new WebhookInput(address ?? "", events ?? [], userNames, enabled), Actor, cancellationToken);
        if (fault is null)
        {
            this.Tell(words["Kept."]);
            return RedirectToPage();
        }

        Fault = fault;
        return await OnGetAsync(name, cancellationToken);
    }

    public async Task<IActionResult> OnPostSecretAsync(string name, CancellationToken cancellationToken)
    {
        Secret = await book.RenewSecretAsync(Org, name, Actor, cancellationToken);
        return await OnGetAsync(name, cancellationToken);
    }

    public async Task<IActionResult> OnPostResumeAsync(string name, CancellationToken cancellationToken)
    {
        if (await webhooks.ResumeAsync(Org, name, Actor, cancellationToken))
        {
            this.Tell(words["Resumed: what waits is sent now."]);
        }

        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostTestAsync(string name, CancellationToken cancellationToken)
    {
        if (await book.TestAsync(Org, name, Actor, cancellationToken) is not null)
        {
            this.Tell(words["A test event is on its way; it shows below in a moment."]);
        }

        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostAgainAsync(string name, long id, CancellationToken cancellationToken)
    {
        if (await webhooks.FindAsync(Org, name, cancellationToken) is { } webhook && await webhooks.AgainAsync(webhook, id, Actor, cancellationToken))
        {
            this.Tell(words["The event is sent again."]);
        }

        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostDeleteAsync(string name, CancellationToken cancellationToken)
    {
        await webhooks.DeleteAsync(Org, name, Actor, cancellationToken);
        this.Tell(words["Webhook {0} is deleted.", name]);
        return Redirect("/Webhooks");
    }
}
