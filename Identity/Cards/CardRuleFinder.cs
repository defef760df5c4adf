using System.Collections.Immutable;

namespace CopyTrack.Identity.Cards;

/// <summary>A card as a reader gives it and as the directory names it.</summary>
public sealed record CardPair(string Reader, string Directory)
{
    private bool PrintMembers(System.Text.StringBuilder builder)
    {
        builder.Append("Reader and Directory of ").Append(Reader.Length).Append(" and ").Append(Directory.Length).Append(" characters");
        return true;
    }
}

/// <summary>What a search for a rule came to. Hints never contain a card number; they name pairs by their place, 1 being the first.</summary>
public abstract record CardRuleSearch(ImmutableArray<string> Hints)
{
    /// <summary>The simplest rule that turns every reader text into its directory text.</summary>
    public sealed record Found(CardRule Rule, ImmutableArray<string> Hints) : CardRuleSearch(Hints);

    /// <summary>No rule of up to four steps fits all pairs; the hints say what looks odd.</summary>
    public sealed record NoRule(ImmutableArray<string> Hints) : CardRuleSearch(Hints);
}

/// <summary>
/// Finds the card-number rule from known pairs: breadth first over chains of steps, so that the shortest comes first; among chains of one
/// length the one with the plainest steps.
/// </summary>
public static class CardRuleFinder
{
    /// <summary>Fewest pairs from which a rule is derived; fewer fit too many rules by chance.</summary>
    public const int LeastPairs = 3;

    /// <summary>Most pairs that are looked at.</summary>
    public const int MostPairs = 32;

    private const int MaxDepth = 4;

    // Bounds a layer of the search, so that hostile texts (128 characters each) cost a second or so and little memory.
    private const int MaxStates = 200_000;

    /// <summary>Searches. Pairs whose texts are no card texts, fewer than three different pairs, or contradictions give no rule and a hint.</summary>
    public static CardRuleSearch Find(IReadOnlyList<CardPair> pairs)
    {
        List<string> hints = [];
        List<(string Reader, string Directory)> usable = Usable(pairs, hints);
        if (hints.Count > 0)
        {
            return new CardRuleSearch.NoRule([.. hints]);
        }
        if (usable.Count < LeastPairs)
        {
            return new CardRuleSearch.NoRule([$"at least {LeastPairs} different cards are needed, there are {usable.Count}"]);
        }
        for (int i = 0; i < usable.Count; i++)
        {
            if (CardText.IsRandomUid(usable[i].Reader))
            {
                hints.Add($"pair {i + 1}: the reader's number is a random UID (4 bytes, begins with 08), new at each reading; it can't name a person");
            }
        }
        if (Search(usable) is { } rule)
        {
            return new CardRuleSearch.Found(rule, [.. hints]);
        }
        hints.AddRange(LeaveOneOut(usable));
        hints.AddRange(Oddities(usable));
        return new CardRuleSearch.NoRule([.. hints]);
    }

    private static List<(string Reader, string Directory)> Usable(IReadOnlyList<CardPair> pairs, List<string> hints)
    {
        List<(string Reader, string Directory)> usable = [];
        for (int i = 0; i < Math.Min(pairs.Count, MostPairs); i++)
        {
            string? reader = CardText.Canonicalize(pairs[i].Reader);
            string? directory = CardText.Canonicalize(pairs[i].Directory);
            if (reader is null || directory is null)
            {
                hints.Add(reader is null ? $"pair {i + 1}: the reader's text is no card text" : $"pair {i + 1}: the directory's text is no card text");
                continue;
            }
            if (usable.Contains((reader, directory)))
            {
                continue;
            }
            if (usable.FindIndex(pair => pair.Reader == reader) is >= 0 and int same)
            {
                hints.Add($"pair {i + 1} and pair {same + 1} have the same reader text and different directory texts");
            }
            usable.Add((reader, directory));
        }
        return usable;
    }

    private static CardRule? Search(List<(string Reader, string Directory)> pairs)
    {
        string[] goal = [.. pairs.Select(pair => pair.Directory)];
        Node start = new([.. pairs.Select(pair => pair.Reader)], null, null, 0);
        if (start.Texts.SequenceEqual(goal))
        {
            return CardRule.Empty;
        }
        HashSet<string> seen = [start.Key];
        List<Node> layer = [start];
        for (int depth = 1; depth <= MaxDepth; depth++)
        {
            List<Node> solutions = [];
            List<Node> next = [];
            foreach (Node reached in layer.SelectMany(node => Steps(node, goal, depth).Select(step => Apply(step, node)).OfType<Node>()).Take(MaxStates))
            {
                if (reached.Texts.SequenceEqual(goal))
                {
                    solutions.Add(reached);
                }
                else if (seen.Add(reached.Key))
                {
                    next.Add(reached);
                }
            }
            if (solutions.MinBy(node => node.Cost) is { } best)
            {
                return best.ToRule();
            }
            layer = next;
        }
        return null;
    }

    private static IEnumerable<CardStep> Steps(Node node, string[] goal, int depth)
    {
        IEnumerable<CardStep> closing = CardStepCandidates.Closing(node.Texts, goal);
        return depth == MaxDepth ? closing : closing.Concat(CardStepCandidates.Opening(node.Texts, node.IsCut));
    }

    private static Node? Apply(CardStep step, Node from)
    {
        string[] texts = new string[from.Texts.Length];
        bool changed = false;
        for (int i = 0; i < texts.Length; i++)
        {
            if (step.Apply(from.Texts[i]) is not { Length: <= CardText.MaxLength } text)
            {
                return null;
            }
            texts[i] = text;
            changed |= text != from.Texts[i];
        }
        return changed ? new Node(texts, step, from, from.Cost + CardStepCandidates.Cost(step)) : null;
    }

    private static IEnumerable<string> LeaveOneOut(List<(string Reader, string Directory)> pairs)
    {
        // Two pairs alone fit too much; the hint is worth something from three that agree.
        if (pairs.Count <= LeastPairs)
        {
            yield break;
        }
        for (int i = 0; i < pairs.Count; i++)
        {
            List<(string Reader, string Directory)> others = [.. pairs];
            others.RemoveAt(i);
            if (Search(others) is { } rule)
            {
                yield return $"without pair {i + 1} the rule would be: {(rule.Steps.IsEmpty ? "(nothing to change)" : rule.ToString())}; check that pair";
                yield break;
            }
        }
    }

    private static IEnumerable<string> Oddities(List<(string Reader, string Directory)> pairs)
    {
        if (pairs.Select(pair => pair.Reader.Length).Distinct().Count() > 1)
        {
            yield return "the reader's texts differ in length: perhaps cards of several kinds, which need a rule each";
        }
        if (pairs.Any(pair => !CardText.IsHex(pair.Reader)))
        {
            yield return "a reader text is not hexadecimal: bytes can't be reversed or counted in it";
        }
        if (pairs.Any(pair => !CardText.IsHex(pair.Directory)))
        {
            yield return "a directory text is neither decimal nor hexadecimal: perhaps it is not the card's number";
        }
        yield return "the number printed on a card is often another one than the reader sees; compare with the access system's own list";
    }

    private sealed record Node(string[] Texts, CardStep? Step, Node? From, int Cost)
    {
        public string Key => string.Join('\n', Texts);

        // Cutting what was cut is one cut, also with the bytes reversed between; a change of base makes a new number of it.
        public bool IsCut => Step is CardStep.Substring || (Step is CardStep.ReverseBytes or CardStep.TrimLeft && From!.IsCut);

        public CardRule ToRule()
        {
            List<CardStep> steps = [];
            for (Node? node = this; node?.Step is { } step; node = node.From)
            {
                steps.Insert(0, step);
            }
            return new CardRule([.. steps]);
        }
    }
}
