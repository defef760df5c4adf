using CopyTrack.Server.Api;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Imports;
using CopyTrack.Server.Web.Overview;
using CopyTrack.Server.Web.SignIn;
using CopyTrack.Server.Web.Site;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>The guided path of a new site: name, people, device, terminal, first swipe. Each step can be done elsewhere too; the page only looks what is there.</summary>
internal sealed class StartModel(OverviewQueries overview, WebQueries queries, OrganisationRepository organisations, AuditLog audit, CsvImports imports, DirectoryViews directories) : PageModel
{
    private const int MostText = 200_000, MostErrors = 20;

    public FirstSteps Steps { get; private set; } = new();
    public SessionView[] Sessions { get; private set; } = [];

    /// <summary>Directories, of which each has its first dry run and its first run here too.</summary>
    public List<DirectoryView> Directories { get; private set; } = [];

    /// <summary>True while one of them runs.</summary>
    public bool IsRunning => Directories.Exists(d => d.IsRunning);
    public string People { get; private set; } = "";
    public string? Summary { get; private set; }
    public IReadOnlyList<string> Errors { get; private set; } = [];
    public Said? Fault { get; private set; }

    private string Actor => WebSession.Of(HttpContext)!.Actor;

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Steps = await overview.FirstStepsAsync(cancellationToken);
        Directories = [.. (await directories.AllAsync(cancellationToken)).Select(d => d with { From = "start" })];
        Sessions = Steps.Sessions ? await queries.SessionsAsync(4, 1, cancellationToken) : [];
    }

    /// <summary>Gives the site its name.</summary>
    public async Task<IActionResult> OnPostNameAsync(string? title, CancellationToken cancellationToken)
    {
        title = title?.Trim() ?? "";
        if (title.Length is 0 or > 100 || title.Any(char.IsControl))
        {
            Fault = Words.Key("Choose a name of 1 to 100 characters.");
            await OnGetAsync(cancellationToken);
            return Page();
        }

        await organisations.SetTitleAsync(OrganisationRepository.DefaultId, title, Actor, audit, cancellationToken);
        return RedirectToPage();
    }

    /// <summary>Looks at a list of people, or takes it over.</summary>
    public async Task<IActionResult> OnPostPeopleAsync(string? people, bool import, [FromServices] Words words, CancellationToken cancellationToken)
    {
        People = people ?? "";
        if (People.Length > MostText)
        {
            Fault = Words.Key("The list is too long for this page. Import it with the command 'copytrack import users'.");
            await OnGetAsync(cancellationToken);
            return Page();
        }

        using StringWriter errors = new();
        try
        {
            ImportSummary summary = await imports.UsersAsync(() => new StringReader(People), errors, new ImportMode(Strict: false, DryRun: !import, Actor), cancellationToken);
            object[] counts = [summary.Added, summary.Changed, summary.Unchanged, summary.Bad];
            Summary = import ? words["{0} added, {1} changed, {2} as they were, {3} lines with a fault", counts] : words["{0} would be added, {1} changed, {2} are as they were, {3} lines have a fault", counts];
            Errors = [.. errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Take(MostErrors)];
            if (import && summary.Bad == 0)
            {
                this.Tell(Summary);
                return RedirectToPage();
            }
        }
        catch (UsageException e)
        {
            Fault = new Said(words.Sentence(e.Message));
        }

        await OnGetAsync(cancellationToken);
        return Page();
    }
}
