using CopyTrack.Server.Data.Directories;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Directories;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Directories with their runs; a run under way shows its progress.</summary>
internal sealed class DirectoriesModel(DirectoryConnectors directories, DirectoryRepository rows) : PageModel
{
    public List<(DirectoryOptions Options, DirectoryRow Row, IReadOnlyList<RunRow> Runs)> Directories { get; } = [];
    public string? Told { get; private set; }
    public bool IsRunning => Directories.Exists(d => d.Runs is [{ EndedAt: null }, ..] || d.Row.Wanted is not null);

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        foreach (DirectoryOptions options in directories.All)
        {
            DirectoryRow row = await rows.EnsureAsync(OrganisationRepository.DefaultId, options.Name, cancellationToken);
            Directories.Add((options, row, await rows.RunsAsync(row.Id, null, 20, cancellationToken)));
        }
    }

    public async Task<IActionResult> OnPostAsync(string? name, bool full, CancellationToken cancellationToken)
    {
        if (name is not null && directories.Find(name) is { } options)
        {
            DirectoryRow row = await rows.EnsureAsync(OrganisationRepository.DefaultId, options.Name, cancellationToken);
            await rows.WantAsync(row.Id, full ? "full" : "changes", cancellationToken);
            return RedirectToPage();
        }

        Told = "There is no such directory.";
        await OnGetAsync(cancellationToken);
        return Page();
    }
}
