using System.Globalization;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Privacy;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Web.SignIn;
using Dapper;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>
/// Names behind pseudonyms, by two persons; and for administrators whether names are kept from managers, and how long what is kept. Whoever asked for a name sees it here while it
/// lasts, and each look is in the audit log.
/// </summary>
internal sealed class PrivacyModel(CallerScopes scopes, NamesConsent consent, AuditNames actors, NameRequests requests, Retention retention, IDatabase database, Words words) : PageModel
{
    private const int Shown = 50;

    public bool Administers { get; private set; }
    public bool Pseudonymous { get; private set; }

    /// <summary>The wish that managers see names again, while it waits; and what whoever asked is called.</summary>
    public NamesConsentRow? Waiting { get; private set; }
    public string? WaitingFor { get; private set; }
    public IReadOnlyList<NameRequestRow> Requests { get; private set; } = [];
    public IReadOnlyList<RetentionState> Fields { get; private set; } = [];
    public IReadOnlyDictionary<long, string> Pseudonyms { get; private set; } = new Dictionary<long, string>();

    /// <summary>A name that was granted, for this answer.</summary>
    public PersonRow? Person { get; private set; }

    /// <summary>English text of what was refused.</summary>
    public string? Fault { get; private set; }

    /// <summary>True when the times shown were asked for and are not kept yet.</summary>
    public bool IsPreview { get; private set; }

    public string Actor => WebCaller.Of(HttpContext).Actor;

    /// <summary>A field of retention as words.</summary>
    public static string LabelOf(string field) => field switch
    {
        "accessLog" => Words.Key("Logins at terminals"),
        "unknownCards" => Words.Key("Cards that nobody has"),
        "auditLog" => Words.Key("Audit log"),
        "nameRequests" => Words.Key("Requests for names"),
        "blockedContacts" => Words.Key("Mail addresses of blocked people"),
        _ => Words.Key("Blocked people, erased with all that is theirs"),
    };

    public Task OnGetAsync(CancellationToken cancellationToken) => LoadAsync(new Dictionary<string, int?>(), cancellationToken);

    public async Task<IActionResult> OnPostAskAsync(string? pseudonym, string? reason, CancellationToken cancellationToken)
    {
        WebCaller caller = WebCaller.Of(HttpContext);
        string wanted = (pseudonym ?? "").Trim().ToUpperInvariant(), why = (reason ?? "").Trim();
        long? person = await PersonOfAsync(caller, wanted, cancellationToken);
        Fault = !IsReason(why) ? Words.Key("Say in 10 to 500 characters why the name is needed.")
            : person is null ? Words.Key("Nobody has this pseudonym.")
            : await requests.AskAsync(caller.OrgId, person.Value, caller.Actor, why, cancellationToken) ? null : Words.Key("Too many of your requests wait already.");
        if (Fault is null)
        {
            this.Tell(words["An administrator decides about it. You see the name here when it is granted, for 24 hours."]);
            return Redirect("/Privacy");
        }

        await OnGetAsync(cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostSeeAsync(long id, CancellationToken cancellationToken)
    {
        Person = await requests.SeeAsync(WebCaller.Of(HttpContext).OrgId, id, Actor, cancellationToken);
        Fault = Person is null ? Words.Key("It is not granted to you, or its time is over.") : null;
        await OnGetAsync(cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostDecideAsync(long id, bool grant, CancellationToken cancellationToken)
    {
        if (!WebCaller.Of(HttpContext).May(Access.Administration))
        {
            return Forbid();
        }

        if (await requests.DecideAsync(WebCaller.Of(HttpContext).OrgId, id, Actor, grant, cancellationToken))
        {
            this.Tell(grant ? words["Granted for 24 hours."] : words["Refused."]);
            return Redirect("/Privacy");
        }

        Fault = Words.Key("Somebody else must decide, and only about a request that waits.");
        await OnGetAsync(cancellationToken);
        return Page();
    }

    /// <summary>Keeps names from managers at once; to show them again only asks, with a reason, and somebody else decides.</summary>
    public async Task<IActionResult> OnPostPseudonymsAsync(bool on, string? reason, CancellationToken cancellationToken)
    {
        WebCaller caller = WebCaller.Of(HttpContext);
        if (!caller.May(Access.Administration))
        {
            return Forbid();
        }

        if (on)
        {
            await consent.KeepAsync(caller.Actor, cancellationToken);
            return Redirect("/Privacy");
        }

        string why = (reason ?? "").Trim();
        Fault = !IsReason(why) ? Words.Key("Say in 10 to 500 characters why managers need names.")
            : await consent.AskAsync(caller.OrgId, caller.Actor, why, cancellationToken) ? null : Words.Key("Somebody has asked for it already, or managers see names.");
        if (Fault is null)
        {
            this.Tell(words["Another administrator decides about it. Until then managers see pseudonyms."]);
            return Redirect("/Privacy");
        }

        await OnGetAsync(cancellationToken);
        return Page();
    }

    /// <summary>Decides about the wish that managers see names again; whoever asked may take it back.</summary>
    public async Task<IActionResult> OnPostNamesAsync(long id, bool grant, CancellationToken cancellationToken)
    {
        WebCaller caller = WebCaller.Of(HttpContext);
        if (!caller.May(Access.Administration))
        {
            return Forbid();
        }

        if (await consent.DecideAsync(caller.OrgId, id, caller.Actor, grant, cancellationToken))
        {
            this.Tell(grant ? words["Managers see names from now on."] : words["Managers go on seeing pseudonyms."]);
            return Redirect("/Privacy");
        }

        Fault = Words.Key("Somebody else must decide, and only about a request that waits.");
        await OnGetAsync(cancellationToken);
        return Page();
    }

    /// <summary>Shows what would go, or keeps the times when the form says so.</summary>
    public async Task<IActionResult> OnPostRetentionAsync(bool keep, CancellationToken cancellationToken)
    {
        if (!WebCaller.Of(HttpContext).May(Access.Administration))
        {
            return Forbid();
        }

        Dictionary<string, int?> wanted = [];
        foreach (RetentionField field in Retention.Fields)
        {
            string text = Request.Form[field.Name].ToString().Trim();
            int? days = text.Length == 0 ? null : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1;
            if (days < field.Least || days > Retention.Longest)
            {
                Fault = Words.Key("A time is a number of days, not shorter than the least time that stands beside it.");
                await OnGetAsync(cancellationToken);
                return Page();
            }

            wanted[field.Name] = days;
        }

        if (!keep)
        {
            IsPreview = true;
            await LoadAsync(wanted, cancellationToken);
            return Page();
        }

        foreach (RetentionField field in Retention.Fields)
        {
            await retention.SetAsync(field, wanted[field.Name], Actor, cancellationToken);
        }

        this.Tell(words["The times are kept. What is due goes within the next minutes."]);
        return Redirect("/Privacy");
    }

    private async Task LoadAsync(Dictionary<string, int?> wanted, CancellationToken cancellationToken)
    {
        WebCaller caller = WebCaller.Of(HttpContext);
        Administers = caller.May(Access.Administration) && caller.OrgId == OrganisationRepository.DefaultId;
        Pseudonymous = await scopes.IsPseudonymousAsync(cancellationToken);
        Waiting = Administers && Pseudonymous ? await consent.WaitingAsync(caller.OrgId, cancellationToken) : null;
        WaitingFor = Waiting is { } wish ? (await actors.OfAsync(caller.OrgId, [wish.AskedBy], cancellationToken)).GetValueOrDefault(wish.AskedBy) ?? wish.AskedBy : null;
        Requests = await requests.ListAsync(caller.OrgId, Administers ? null : caller.Actor, Shown, cancellationToken);
        Fields = Administers ? await retention.PreviewAsync(wanted, cancellationToken) : [];
        Reports.Pseudonyms names = await scopes.NamesAsync(cancellationToken);
        Pseudonyms = Requests.Select(r => r.PersonId).Distinct().ToDictionary(id => id, names.Of);
    }

    private static bool IsReason(string text) => text.Length is >= 10 and <= NameRequests.LongestReason && !text.Any(c => char.IsControl(c) && c is not ('\n' or '\r'));

    /// <summary>Whose a pseudonym is, among those whom the caller may see.</summary>
    private async Task<long?> PersonOfAsync(WebCaller caller, string pseudonym, CancellationToken cancellationToken)
    {
        Reports.Pseudonyms names = await scopes.NamesAsync(cancellationToken);
        long[] ids = [.. await database.ReadAsync((c, ct) => c.QueryAsync<long>(new CommandDefinition(
            database.Sql["Person_Ids"], new { orgId = caller.OrgId, whole = caller.IsWhole, departments = caller.Scope.Departments }, cancellationToken: ct)), cancellationToken)];
        return names.Find(pseudonym, ids);
    }
}
