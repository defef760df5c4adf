using System.Collections.Immutable;

namespace CopyTrack.Identity.Cards;

/// <summary>
/// A card-number rule: what the server makes of the text a reader gives, before it looks the card up. Written as steps joined by <c>;</c>,
/// for example <c>sub -8; reverse; hex2dec; padleft 10</c>. An empty rule changes nothing. Rules hold for one terminal or for all.
/// </summary>
public sealed class CardRule
{
    /// <summary>Longest rule text, in characters.</summary>
    public const int MaxTextLength = 1024;

    /// <summary>Most steps of a rule.</summary>
    public const int MaxSteps = 16;

    /// <summary>The rule that changes nothing.</summary>
    public static readonly CardRule Empty = new([]);

    /// <summary>A rule of these steps.</summary>
    public CardRule(ImmutableArray<CardStep> steps) => Steps = steps;

    /// <summary>The steps in order.</summary>
    public ImmutableArray<CardStep> Steps { get; }

    /// <summary>
    /// The card number that the rule makes of what the reader gave, in canonical form; null when that is no card text or a step does not fit it
    /// (the card is unknown then).
    /// </summary>
    public string? Apply(string readerText)
    {
        string? text = CardText.Canonicalize(readerText);
        foreach (CardStep step in Steps)
        {
            if (text is null)
            {
                return null;
            }
            text = step.Apply(text);
        }
        return text is null ? null : CardText.Canonicalize(text);
    }

    /// <summary>Reads a rule text; the outcome holds the rule, or the fault with its position.</summary>
    public static CardRuleOutcome Parse(string text) => CardRuleParser.Parse(text);

    /// <summary>The rule as text that <see cref="Parse"/> reads back.</summary>
    public override string ToString() => string.Join("; ", Steps.Select(step => step.Text));
}

/// <summary>What became of a rule text.</summary>
public abstract record CardRuleOutcome
{
    private CardRuleOutcome() { }

    /// <summary>The rule.</summary>
    public sealed record Good(CardRule Rule) : CardRuleOutcome;

    /// <summary>What is wrong, and at which character (0 is the first).</summary>
    public sealed record Fault(int Position, string Message) : CardRuleOutcome;
}
