using CopyTrack.Server.Data.Directories;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Directories;
using CopyTrack.Server.Web.SignIn;
using CopyTrack.Server.Web.Tables;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Directories with their runs; a run under way shows its progress.</summary>
internal sealed class DirectoriesModel(DirectoryConnectors directories, DirectoryMappings mappings, DirectoryRepository rows, DryRunLines dryRuns, AuditLog audit, TimeProvider time, Words words) : PageModel
{
    public List<(DirectoryOptions Options, DirectoryRow Row, IReadOnlyList<RunRow> Runs)> Directories { get; } = [];
    public string? Fault { get; private set; }
    public DateTimeOffset Now { get; } = time.GetUtcNow();

    /// <summary>Progress may be looked at; a form that somebody fills in may not be taken away by it.</summary>
    public bool IsRunning => Directories.Exists(d => d.Runs is [{ EndedAt: null }, ..] || d.Row.Wanted is not null);

    /// <summary>What the address says of a directory's table of runs.</summary>
    public TableQuery QueryOf(DirectoryOptions options) => TableQuery.Of(Request, FormattableString.Invariant($"d{Directories.FindIndex(d => d.Options == options)}"));

    /// <summary>The lines of the dry run that was the last run, when this server made it; null otherwise.</summary>
    public (IReadOnlyList<ChangeLine> Lines, int Count)? DryRunOf(DirectoryRow row, IReadOnlyList<RunRow> runs) => runs is [{ Kind: "dryRun" }, ..] ? dryRuns.Of(row.Id)?.Shown : null;

    /// <summary>What the configuration says; null where it leaves the usual.</summary>
    public static string? ConfiguredOf(MapOptions map, string key) => key switch
    {
        nameof(MapTexts.UserName) => map.UserName?.ToString(), nameof(MapTexts.DisplayName) => Shown(map.DisplayName), nameof(MapTexts.Email) => Shown(map.Email), nameof(MapTexts.Department) => Shown(map.Department),
        nameof(MapTexts.CostCentre) => Shown(map.CostCentre), nameof(MapTexts.Language) => Shown(map.Language), nameof(MapTexts.Principal) => Shown(map.Principal),
        nameof(MapTexts.OtherPrincipals) => map.OtherPrincipals is { } names ? string.Join(';', names) : null, nameof(MapTexts.Cards) => map.Cards.IsEmpty ? null : string.Join(';', map.Cards),
        nameof(MapTexts.Realm) => map.Realm, _ => null,
    };

    private static string? Shown(Identity.Replication.AttributeText? text) => text is { IsNone: true } ? "none" : text?.ToString();

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        foreach (DirectoryOptions options in directories.All)
        {
            DirectoryRow row = await rows.EnsureAsync(OrganisationRepository.DefaultId, options.Name, cancellationToken);
            Directories.Add((options, row, await rows.RunsAsync(row.Id, null, 20, cancellationToken)));
        }
    }

    /// <summary>Asks for a run: <paramref name="wanted"/> is dryRun, full or, for anything else, changes.</summary>
    public async Task<IActionResult> OnPostAsync(string? name, string? wanted, CancellationToken cancellationToken)
    {
        if (name is not null && directories.Find(name) is { } options)
        {
            DirectoryRow row = await rows.EnsureAsync(OrganisationRepository.DefaultId, options.Name, cancellationToken);
            string kind = wanted is "full" or "dryRun" ? wanted : "changes";
            await audit.TellAsync(row.OrgId, WebSession.Of(HttpContext)!.Actor, "directory.replicate", FormattableString.Invariant($"directory:{row.Id}"), kind, cancellationToken);
            await rows.WantAsync(row.Id, kind, cancellationToken);
            return RedirectToPage();
        }

        Fault = words["There is no such directory."];
        await OnGetAsync(cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostMappingAsync(string? name, CancellationToken cancellationToken)
    {
        if (name is null || directories.Find(name) is not { } options)
        {
            Fault = words["There is no such directory."];
        }
        else
        {
            DirectoryRow row = await rows.EnsureAsync(OrganisationRepository.DefaultId, options.Name, cancellationToken);
            try
            {
                await mappings.SetAsync(row, MapTexts.Of(key => Request.Form[key]), WebSession.Of(HttpContext)!.Actor, cancellationToken);
                return RedirectToPage();
            }
            catch (MappingFaultException fault)
            {
                Fault = words["{0}: {1}. The mapping stays as it was.", fault.Key, words[fault.Message]];
            }
        }

        await OnGetAsync(cancellationToken);
        return Page();
    }
}
