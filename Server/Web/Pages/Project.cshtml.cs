using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Imports;
using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>What is typed of a project.</summary>
public sealed class ProjectForm
{
    public string? Code { get; set; }
    public string? Name { get; set; }
    public string? Parent { get; set; }

    /// <summary>User names, one to a line.</summary>
    public string? Users { get; set; }

    /// <summary>Groups, one to a line.</summary>
    public string? Groups { get; set; }
}

/// <summary>Adds a project, or changes one.</summary>
internal sealed class ProjectModel(ProjectRepository projects, ProjectUpsert upsert, Words words) : PageModel
{
    /// <summary>The place of the code in the address of a project that is to be added.</summary>
    public const string New = "New";

    private static readonly char[] s_between = ['\r', '\n', ';'];

    [BindProperty]
    public ProjectForm Form { get; set; } = new();

    public bool IsNew { get; private set; }
    public string? Fault { get; private set; }

    public async Task<IActionResult> OnGetAsync(string code, CancellationToken cancellationToken)
    {
        IsNew = code == New;
        if (IsNew)
        {
            return Page();
        }

        if (await projects.OpenAsync(OrganisationRepository.DefaultId, code, cancellationToken) is not { } open)
        {
            return NotFound();
        }

        Form = new ProjectForm { Code = open.Project.Code, Name = open.Project.Name, Parent = open.Parent, Users = string.Join('\n', open.Users), Groups = string.Join('\n', open.Groups) };
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string code, CancellationToken cancellationToken)
    {
        IsNew = code == New;
        string key = (IsNew ? Form.Code : code)?.Trim() ?? "";
        bool exists = key.Length is > 0 and <= 256 && await projects.FindAsync(OrganisationRepository.DefaultId, key, cancellationToken) is not null;
        if (!IsNew && !exists)
        {
            return NotFound();
        }

        if (IsNew && exists)
        {
            Fault = words["There is a project of that code already."];
            return Page();
        }

        try
        {
            await upsert.ApplyAsync(
                new ProjectInput
                {
                    Code = key, Name = Optional.Of<string>(Empty(Form.Name)), Parent = Optional.Of<string>(Empty(Form.Parent)), Users = Optional.Of<IReadOnlyList<string>>(Lines(Form.Users)), Groups = Optional.Of<IReadOnlyList<string>>(Lines(Form.Groups)),
                },
                new UpsertContext(OrganisationRepository.DefaultId, WebSession.Of(HttpContext)!.Actor), cancellationToken);
        }
        catch (InputFaultException e)
        {
            Fault = words.Sentence(e.Message);
            return Page();
        }

        this.Tell(words["Project {0} is kept.", key]);
        return Redirect("/Projects");
    }

    private static string? Empty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static string[] Lines(string? text) => (text ?? "").Split(s_between, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
