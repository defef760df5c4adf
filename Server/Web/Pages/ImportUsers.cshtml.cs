using System.Text;
using CopyTrack.Server.Imports;
using CopyTrack.Server.Web.People;
using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>People from a CSV file: first who comes, who changes and who goes; nothing is written until that is confirmed.</summary>
internal sealed class ImportUsersModel(CsvImports imports, ImportDrafts drafts, Words words) : PageModel
{
    private const int Shown = 500;

    public ImportSummary? Summary { get; private set; }
    public IReadOnlyList<ImportLine> Lines { get; private set; } = [];
    public IReadOnlyList<string> Leaving { get; private set; } = [];
    public string? Draft { get; private set; }

    /// <summary>English text of what was refused.</summary>
    public string? Fault { get; private set; }

    public async Task<IActionResult> OnPostAsync(IFormFile? file, bool blockOthers, CancellationToken cancellationToken)
    {
        if (file is not { Length: > 0 and <= ImportDrafts.LongestFile })
        {
            Fault = Words.Key("Choose a CSV file of at most 8 MB; a larger one goes by this command on the server: copytrack import users FILE.csv");
            return Page();
        }

        using StreamReader reader = new(file.OpenReadStream(), new UTF8Encoding(false, throwOnInvalidBytes: true));
        try
        {
            string text = await reader.ReadToEndAsync(cancellationToken);
            Summary = await PreviewAsync(text, blockOthers, cancellationToken);
            Draft = drafts.Keep(WebCaller.Of(HttpContext).Actor, text, blockOthers).Id;
        }
        catch (DecoderFallbackException)
        {
            Fault = Words.Key("The file is not written in UTF-8.");
        }
        catch (UsageException fault)
        {
            Fault = fault.Message;
        }

        return Page();
    }

    public async Task<IActionResult> OnPostConfirmAsync(string? draft, CancellationToken cancellationToken)
    {
        string actor = WebCaller.Of(HttpContext).Actor;
        if (drafts.Take(draft ?? "", actor) is not { } kept)
        {
            Fault = Words.Key("The file is not at hand any more. Choose it again.");
            return Page();
        }

        ImportSummary done = await imports.UsersAsync(() => new StringReader(kept.Text), TextWriter.Null, new ImportMode(false, false, actor), cancellationToken);
        // A line that could not be read may name somebody: then nobody is blocked.
        long blocked = kept.BlockOthers && done.Bad == 0 ? await imports.BlockOthersAsync(() => new StringReader(kept.Text), actor, cancellationToken) : 0;
        this.Tell(words["{0} came, {1} changed, {2} are blocked.", done.Added, done.Changed, blocked]);
        return Redirect("/Users");
    }

    private async Task<ImportSummary> PreviewAsync(string text, bool blockOthers, CancellationToken cancellationToken)
    {
        List<ImportLine> lines = [];
        ImportSummary summary = await imports.PreviewUsersAsync(() => new StringReader(text), line =>
        {
            if (line.Kind != UpsertKind.Unchanged && lines.Count < Shown)
            {
                lines.Add(line);
            }
        }, cancellationToken);
        Lines = lines;
        Leaving = blockOthers && summary.Bad == 0 ? await imports.OthersAsync(() => new StringReader(text), Shown, cancellationToken) : [];
        return summary;
    }
}
