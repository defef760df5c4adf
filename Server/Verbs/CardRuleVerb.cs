using System.CommandLine;
using CopyTrack.Identity.Cards;
using CopyTrack.Server.Imports;

namespace CopyTrack.Server.Verbs;

/// <summary><c>card rule</c>: finds the card-number rule from known pairs. Needs no database.</summary>
internal static class CardRuleVerb
{
    /// <summary>The command.</summary>
    public static Command Create(TextWriter output, TextWriter error)
    {
        var pairs = new Option<string[]>("--pair") { Required = true, AllowMultipleArgumentsPerToken = true, Description = "READER=DIRECTORY: a card as the reader gives it and as the directory has it; three or more" };
        var command = new Command("rule", "Finds the rule that turns what a reader gives into what the directory has") { pairs };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(pairs)!, output, error));
        return command;
    }

    /// <summary>
    /// Prints the rule, then a line <c>pair N: ok</c> for each pair that it was checked on; 1 with the hints on standard error when no rule fits. Throws
    /// <see cref="UsageException"/> for fewer than three pairs or one that is none.
    /// </summary>
    internal static async Task<int> RunAsync(IReadOnlyList<string> texts, TextWriter output, TextWriter error)
    {
        if (texts.Count is < CardRuleFinder.LeastPairs or > CardRuleFinder.MostPairs)
        {
            throw new UsageException($"--pair: needs {CardRuleFinder.LeastPairs} to {CardRuleFinder.MostPairs} pairs");
        }

        var pairs = new List<CardPair>();
        foreach (var text in texts)
        {
            var at = text.IndexOf('=', StringComparison.Ordinal);
            pairs.Add(at > 0 && at < text.Length - 1 ? new CardPair(text[..at], text[(at + 1)..]) : throw new UsageException($"--pair: pair {pairs.Count + 1} is not READER=DIRECTORY"));
        }

        var search = CardRuleFinder.Find(pairs);
        foreach (var hint in search.Hints)
        {
            await error.WriteLineAsync(hint);
        }

        if (search is not CardRuleSearch.Found found)
        {
            await error.WriteLineAsync("no rule fits all pairs");
            return 1;
        }

        var good = true;
        var rule = found.Rule.ToString();
        await output.WriteLineAsync(rule.Length == 0 ? "(no rule is needed)" : rule);
        for (var i = 0; i < pairs.Count; i++)
        {
            var fits = found.Rule.Apply(pairs[i].Reader) is { } card && card == CardRule.Empty.Apply(pairs[i].Directory);
            good &= fits;
            await output.WriteLineAsync($"pair {i + 1}: {(fits ? "ok" : "differs")}");
        }

        return good ? 0 : 1;
    }
}
