using CopyTrack.Identity.Ldap;
using CopyTrack.Server.Data.Directories;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Directories;
using CopyTrack.Server.Web.SignIn;
using CopyTrack.Server.Web.Site;
using CopyTrack.Server.Web.Tables;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Directories with their runs; a run under way shows its progress.</summary>
internal sealed class DirectoriesModel(
    DirectoryViews views, DirectoryMappings mappings, EnteredDirectories entered, DirectoryCheck check, DirectoryRepository rows, AuditLog audit, TimeProvider time, Words words) : PageModel
{
    public List<DirectoryView> Directories { get; private set; } = [];
    public string? Fault { get; private set; }
    public DateTimeOffset Now { get; } = time.GetUtcNow();

    /// <summary>Progress may be looked at; a form that somebody fills in may not be taken away by it.</summary>
    public bool IsRunning => Directories.Exists(d => d.IsRunning);

    private string Actor => WebSession.Of(HttpContext)!.Actor;

    /// <summary>What the address says of a directory's table of runs.</summary>
    public TableQuery QueryOf(DirectoryView view) => TableQuery.Of(Request, FormattableString.Invariant($"d{Directories.IndexOf(view)}"));

    /// <summary>What the configuration says; null where it leaves the usual.</summary>
    public static string? ConfiguredOf(MapOptions map, string key) => key switch
    {
        nameof(MapTexts.UserName) => map.UserName?.ToString(), nameof(MapTexts.DisplayName) => Shown(map.DisplayName), nameof(MapTexts.Email) => Shown(map.Email), nameof(MapTexts.Department) => Shown(map.Department),
        nameof(MapTexts.CostCentre) => Shown(map.CostCentre), nameof(MapTexts.Language) => Shown(map.Language), nameof(MapTexts.Principal) => Shown(map.Principal),
        nameof(MapTexts.OtherPrincipals) => map.OtherPrincipals is { } names ? string.Join(';', names) : null, nameof(MapTexts.Cards) => map.Cards.IsEmpty ? null : string.Join(';', map.Cards),
        nameof(MapTexts.Realm) => map.Realm, _ => null,
    };

    private static string? Shown(Identity.Replication.AttributeText? text) => text is { IsNone: true } ? "none" : text?.ToString();

    public async Task OnGetAsync(CancellationToken cancellationToken) => Directories = await views.AllAsync(cancellationToken);

    /// <summary>Asks for a run: <paramref name="wanted"/> is dryRun, full or, for anything else, changes. <paramref name="from"/> <c>start</c> goes back to the guided path.</summary>
    public async Task<IActionResult> OnPostAsync(string? name, string? wanted, string? from, CancellationToken cancellationToken)
    {
        if (await views.FindAsync(name, cancellationToken) is { } view)
        {
            string kind = wanted is "full" or "dryRun" ? wanted : "changes";
            if (kind != "dryRun" && !view.MayBegin)
            {
                this.TellFault(words["Look at a dry run of {0} first: it shows who would come, change and go, and changes nobody.", view.Options.Name]);
            }
            else
            {
                await audit.TellAsync(view.Row.OrgId, Actor, "directory.replicate", FormattableString.Invariant($"directory:{view.Row.Id}"), kind, cancellationToken);
                await rows.WantAsync(view.Row.Id, kind, cancellationToken);
            }

            return from == "start" ? Redirect("/Start") : RedirectToPage();
        }

        return await UnknownAsync(cancellationToken);
    }

    /// <summary>Connects, and tells what the directory shows or why it does not.</summary>
    public async Task<IActionResult> OnPostTestAsync(string? name, CancellationToken cancellationToken)
    {
        if (await views.FindAsync(name, cancellationToken) is not { } view)
        {
            return await UnknownAsync(cancellationToken);
        }

        try
        {
            DirectoryFinding finding = await check.RunAsync(view.Options, cancellationToken);
            this.Tell(finding.Names.Count > 0 ? words["{0} answers; the first people there: {1}.", finding.Server, string.Join(", ", finding.Names)]
                : words["{0} answers, but shows nobody who could be a person: look at the base and at who counts as a person.", finding.Server]);
        }
        catch (LdapException e)
        {
            this.TellFault(words.Sentence(e.Message));
        }

        return RedirectToPage();
    }

    /// <summary>Ends the runs by the clock.</summary>
    public async Task<IActionResult> OnPostRestAsync(string? name, CancellationToken cancellationToken) =>
        name is not null && await entered.RestAsync(name, Actor, cancellationToken) ? RedirectToPage() : await UnknownAsync(cancellationToken);

    public async Task<IActionResult> OnPostMappingAsync(string? name, CancellationToken cancellationToken)
    {
        if (await views.FindAsync(name, cancellationToken) is not { } view)
        {
            return await UnknownAsync(cancellationToken);
        }

        try
        {
            await mappings.SetAsync(view.Row, MapTexts.Of(key => Request.Form[key]), Actor, cancellationToken);
            return RedirectToPage();
        }
        catch (MappingFaultException fault)
        {
            Fault = words["{0}: {1}. The mapping stays as it was.", fault.Key, words[fault.Message]];
        }

        await OnGetAsync(cancellationToken);
        return Page();
    }

    private async Task<IActionResult> UnknownAsync(CancellationToken cancellationToken)
    {
        Fault = words["There is no such directory."];
        await OnGetAsync(cancellationToken);
        return Page();
    }
}
