namespace CopyTrack.Identity.Cards;

/// <summary>Which steps are worth trying on the texts of a search, and how plain each is.</summary>
internal static class CardStepCandidates
{
    /// <summary>Weight of a step among chains of the same length: what changes the whole number is plainer than what cuts at a place.</summary>
    internal static int Cost(CardStep step) => step switch
    {
        CardStep.ReverseBytes or CardStep.HexToDecimal or CardStep.DecimalToHex => 1,
        CardStep.PadLeft or CardStep.TrimLeft => 2,
        CardStep.Substring { Length: null } => 3,
        CardStep.Substring { Start: 0 } => 4,
        CardStep.DropPrefix or CardStep.DropSuffix => 5,
        _ => 6,
    };

    /// <summary>Steps that may lead from <paramref name="texts"/> to a state from which more steps follow.</summary>
    internal static IEnumerable<CardStep> Opening(string[] texts, bool isCut)
    {
        yield return new CardStep.ReverseBytes();
        yield return new CardStep.HexToDecimal();
        yield return new CardStep.DecimalToHex();
        yield return new CardStep.TrimLeft('0');
        if (isCut)
        {
            yield break;
        }
        int shortest = texts.Min(text => text.Length);
        int unit = texts.All(CardText.IsHex) && texts.All(text => text.Length % 2 == 0) ? 2 : 1;
        for (int kept = unit; kept < shortest; kept += unit)
        {
            yield return new CardStep.Substring(-kept, null);
            yield return new CardStep.Substring(0, kept);
        }
        for (int dropped = unit; dropped < shortest; dropped += unit)
        {
            yield return new CardStep.Substring(dropped, null);
            yield return new CardStep.Substring(0, -dropped);
            for (int kept = unit; unit == 2 && dropped + kept < shortest; kept += unit)
            {
                yield return new CardStep.Substring(dropped, kept);
            }
        }
    }

    /// <summary>Steps that may reach <paramref name="goal"/> at once; found by looking where the goal's texts stand in the texts.</summary>
    internal static IEnumerable<CardStep> Closing(string[] texts, string[] goal)
    {
        yield return new CardStep.ReverseBytes();
        yield return new CardStep.HexToDecimal();
        yield return new CardStep.DecimalToHex();
        yield return new CardStep.TrimLeft('0');
        if (goal.All(text => text.Length == goal[0].Length) && texts.All(text => text.Length <= goal[0].Length))
        {
            yield return new CardStep.PadLeft(goal[0].Length, '0');
        }
        for (int start = texts[0].IndexOf(goal[0], StringComparison.Ordinal); start >= 0; start = texts[0].IndexOf(goal[0], start + 1, StringComparison.Ordinal))
        {
            int rest = texts[0].Length - start - goal[0].Length;
            yield return new CardStep.Substring(-goal[0].Length, null);
            yield return new CardStep.Substring(start, null);
            yield return new CardStep.Substring(start, goal[0].Length);
            yield return new CardStep.Substring(start - texts[0].Length, goal[0].Length);
            if (rest > 0)
            {
                yield return new CardStep.Substring(start, -rest);
                yield return new CardStep.DropSuffix(texts[0][^rest..]);
            }
            if (start > 0)
            {
                yield return new CardStep.DropPrefix(texts[0][..start]);
            }
        }
    }
}
