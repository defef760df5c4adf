using System.Text;
using CopyTrack.Identity.Cards;
using CopyTrack.Server.Data;
using CopyTrack.Server.Imports;
using CopyTrack.Server.WalkUp;
using CopyTrack.Server.Web.People;
using CopyTrack.Server.Web.SignIn;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Cards of people from a CSV file: first what would happen, with every conflict; then all that was shown as good, in one commit, or nothing.</summary>
internal sealed class ImportCardsModel(CsvImports imports, ImportDrafts drafts, IDatabase database, TerminalPolicy policy, Words words) : PageModel
{
    /// <summary>Most octets of a file.</summary>
    public const int LongestFile = 1024 * 1024;

    private const int Shown = 500;

    public ImportSummary? Summary { get; private set; }
    public IReadOnlyList<ImportLine> Lines { get; private set; } = [];
    public string? Draft { get; private set; }

    /// <summary>Rule of the file's numbers.</summary>
    public string? Rule { get; private set; }

    /// <summary>English text of what was refused.</summary>
    public string? Fault { get; private set; }

    /// <summary>The rule for what readers of this site give; null for none.</summary>
    public string? SiteRule => policy.CardRules.Steps.IsEmpty ? null : policy.CardRules.ToString();

    public async Task<IActionResult> OnPostAsync(IFormFile? file, string? rule, CancellationToken cancellationToken)
    {
        Rule = string.IsNullOrWhiteSpace(rule) ? null : rule.Trim();
        if (file is not { Length: > 0 and <= LongestFile })
        {
            Fault = Words.Key("Choose a CSV file of at most 1 MB; a larger one goes by this command on the server: copytrack import cards FILE.csv");
            return Page();
        }

        if (CardRule.Parse(Rule ?? "") is CardRuleOutcome.Fault bad)
        {
            Fault = words["The card rule can't be read: {0} (at character {1}).", words[bad.Message], bad.Position + 1];
            return Page();
        }

        using StreamReader reader = new(file.OpenReadStream(), new UTF8Encoding(false, throwOnInvalidBytes: true));
        try
        {
            await ShowAsync(await reader.ReadToEndAsync(cancellationToken), cancellationToken);
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
        if (drafts.Take(draft ?? "", actor, cards: true) is not { Cards: { } cards } kept)
        {
            Fault = Words.Key("The file is not at hand any more. Choose it again.");
            return Page();
        }

        Rule = cards.Rule.Length == 0 ? null : cards.Rule;
        ImportSummary? done = null;
        try
        {
            done = await imports.CardsAsExpectedAsync(() => new StringReader(kept.Text), RuleOf(cards.Rule), cards.Seen, actor, cancellationToken);
        }
        catch (Exception e) when (database.IsUniqueViolation(e))
        {
            // Somebody gave one of the cards away in the same moment; the commit was undone as a whole.
        }

        if (done is null)
        {
            Fault = Words.Key("Somebody has changed people or cards in between, and nothing was kept. This is what would happen now.");
            await ShowAsync(kept.Text, cancellationToken);
            return Page();
        }

        this.Tell(words.Count(done.Added, "{0} card is added.", "{0} cards are added."));
        return Redirect("/Users");
    }

    private async Task ShowAsync(string text, CancellationToken cancellationToken)
    {
        List<ImportLine> lines = [], faults = [];
        Summary = await imports.PreviewCardsAsync(() => new StringReader(text), RuleOf(Rule ?? ""), line =>
        {
            List<ImportLine> of = line.Kind == UpsertKind.Bad ? faults : lines;
            if (line.Kind != UpsertKind.Unchanged && of.Count < Shown)
            {
                of.Add(line);
            }
        }, cancellationToken);
        // What can't be taken comes first: that is what somebody has to look at.
        Lines = [.. faults, .. lines.Take(Shown - faults.Count)];
        Draft = Summary.Added > 0 ? drafts.Keep(WebCaller.Of(HttpContext).Actor, text, false, (Rule ?? "", Summary)).Id : null;
    }

    private static CardRule RuleOf(string text) => CardRule.Parse(text) is CardRuleOutcome.Good good ? good.Rule : CardRule.Empty;
}
