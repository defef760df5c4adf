using System.Text;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Imports;
using CopyTrack.Server.Web.SignIn;
using CopyTrack.Server.Web.Tables;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Projects (billing codes): the list, and their import from a CSV file with a preview.</summary>
internal sealed class ProjectsModel(ProjectRepository projects, CsvImports imports, Words words) : PageModel
{
    private const int Rows = 50, MostBytes = 4 * 1024 * 1024, MostFaults = 100;

    public TableQuery Query { get; private set; } = null!;
    public IReadOnlyList<ProjectView> Found { get; private set; } = [];
    public string? Next { get; private set; }
    public string? Fault { get; private set; }

    /// <summary>The file's text, shown so that what was looked at is what is imported.</summary>
    public string? Csv { get; private set; }
    public ImportSummary? Summary { get; private set; }
    public IReadOnlyList<string> Faults { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Query = TableQuery.Of(Request);
        IReadOnlyList<ProjectView> rows = await projects.FindAsync(OrganisationRepository.DefaultId, Query.Filter, Query.After, Rows + 1, cancellationToken);
        Found = [.. rows.Take(Rows)];
        Next = rows.Count > Rows ? Found[^1].CodeFolded : null;
    }

    /// <summary>Shows what the file would do; with <paramref name="go"/> does it.</summary>
    public async Task<IActionResult> OnPostImportAsync(IFormFile? file, string? csv, bool go, CancellationToken cancellationToken)
    {
        if (file is { Length: > MostBytes } || csv is { Length: > MostBytes })
        {
            Fault = words["The file is too large for a page; use copytrack import projects."];
        }
        else
        {
            using StreamReader? reader = file is { Length: > 0 } ? new StreamReader(file.OpenReadStream(), Encoding.UTF8) : null;
            Csv = reader is null ? csv : await reader.ReadToEndAsync(cancellationToken);
            Fault = string.IsNullOrWhiteSpace(Csv) ? words["Choose a file."] : await RunAsync(Csv, go, cancellationToken);
        }

        if (Fault is null && go && Faults.Count == 0)
        {
            this.Tell(words["Imported: {0} new, {1} changed, {2} unchanged.", Summary!.Added, Summary.Changed, Summary.Unchanged]);
            return RedirectToPage();
        }

        await OnGetAsync(cancellationToken);
        return Page();
    }

    private async Task<string?> RunAsync(string csv, bool go, CancellationToken cancellationToken)
    {
        using StringWriter faults = new();
        try
        {
            Summary = await imports.ProjectsAsync(() => new StringReader(csv), faults, new ImportMode(Strict: false, DryRun: !go, WebSession.Of(HttpContext)!.Actor), cancellationToken);
        }
        catch (UsageException e)
        {
            return words.Sentence(e.Message);
        }

        Faults = [.. faults.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Take(MostFaults)];
        return null;
    }
}
