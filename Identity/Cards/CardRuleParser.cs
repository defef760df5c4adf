using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace CopyTrack.Identity.Cards;

/// <summary>Reads the text of a card-number rule: words apart by blanks, texts with other signs in single quotes (doubled inside), <c>;</c> between steps.</summary>
internal static class CardRuleParser
{
    private const int MaxWidth = CardText.MaxLength;

    internal static CardRuleOutcome Parse(string text)
    {
        if (text.Length > CardRule.MaxTextLength)
        {
            return new CardRuleOutcome.Fault(CardRule.MaxTextLength, $"the rule is longer than {CardRule.MaxTextLength} characters");
        }
        try
        {
            ImmutableArray<CardStep>.Builder steps = ImmutableArray.CreateBuilder<CardStep>();
            foreach (List<Word> words in Split(text))
            {
                if (words.Count == 0)
                {
                    continue;
                }
                if (steps.Count == CardRule.MaxSteps)
                {
                    throw new FaultException(words[0].Position, $"more than {CardRule.MaxSteps} steps");
                }
                steps.Add(Step(words));
            }
            return new CardRuleOutcome.Good(new CardRule(steps.ToImmutable()));
        }
        catch (FaultException fault)
        {
            return new CardRuleOutcome.Fault(fault.Position, fault.Message);
        }
    }

    private static CardStep Step(List<Word> words)
    {
        Word name = words[0];
        return name.Text.ToLowerInvariant() switch
        {
            "match" => MatchStep(Arguments(words, 1, 1)[0]),
            "hex2dec" => NoArguments(words, new CardStep.HexToDecimal()),
            "dec2hex" => NoArguments(words, new CardStep.DecimalToHex()),
            "reverse" => NoArguments(words, new CardStep.ReverseBytes()),
            "dropprefix" => new CardStep.DropPrefix(NotEmpty(Arguments(words, 1, 1)[0])),
            "dropsuffix" => new CardStep.DropSuffix(NotEmpty(Arguments(words, 1, 1)[0])),
            "trimleft" => new CardStep.TrimLeft(Character(Arguments(words, 1, 1)[0])),
            "padleft" => PadStep(Arguments(words, 1, 2)),
            "sub" => SubStep(Arguments(words, 1, 2)),
            _ => throw new FaultException(name.Position, $"unknown step '{name.Text}'"),
        };
    }

    private static CardStep.Match MatchStep(Word expression)
    {
        try
        {
            return new CardStep.Match(NotEmpty(expression));
        }
        catch (System.Text.RegularExpressions.RegexParseException e)
        {
            throw new FaultException(expression.Position + e.Offset, $"not a regular expression ({e.Error})");
        }
    }

    private static CardStep.PadLeft PadStep(List<Word> arguments) => new(
        Number(arguments[0], 1, MaxWidth),
        arguments.Count > 1 ? Character(arguments[1]) : '0');

    private static CardStep.Substring SubStep(List<Word> arguments)
    {
        int start = Number(arguments[0], -MaxWidth, MaxWidth);
        int? length = arguments.Count > 1 ? Number(arguments[1], -MaxWidth, MaxWidth) : null;
        return length == 0 ? throw new FaultException(arguments[1].Position, "a length of 0 leaves nothing") : new CardStep.Substring(start, length);
    }

    private static CardStep NoArguments(List<Word> words, CardStep step)
    {
        Arguments(words, 0, 0);
        return step;
    }

    private static List<Word> Arguments(List<Word> words, int least, int most)
    {
        int count = words.Count - 1;
        if (count > most)
        {
            throw new FaultException(words[most + 1].Position, $"'{words[0].Text}' takes no more than {most} arguments");
        }
        if (count < least)
        {
            throw new FaultException(words[^1].Position + words[^1].Length, $"'{words[0].Text}' needs {least} argument");
        }
        return words.GetRange(1, count);
    }

    private static string NotEmpty(Word word) => word.Text.Length > 0 ? word.Text : throw new FaultException(word.Position, "an empty text");

    private static char Character(Word word) => word.Text.Length == 1
        ? char.ToUpperInvariant(word.Text[0])
        : throw new FaultException(word.Position, "one character is needed here");

    private static int Number(Word word, int least, int most)
    {
        if (!int.TryParse(word.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) || number < least || number > most)
        {
            throw new FaultException(word.Position, $"a whole number from {least} to {most} is needed here");
        }
        return number;
    }

    private static IEnumerable<List<Word>> Split(string text)
    {
        List<Word> words = [];
        int at = 0;
        while (at < text.Length)
        {
            char c = text[at];
            if (c == ';')
            {
                yield return words;
                words = [];
                at++;
            }
            else if (char.IsWhiteSpace(c))
            {
                at++;
            }
            else
            {
                Word word = c == '\'' ? Quoted(text, at) : Bare(text, at);
                words.Add(word);
                at += word.Length;
            }
        }
        yield return words;
    }

    private static Word Bare(string text, int from)
    {
        int end = from;
        while (end < text.Length && text[end] is not (';' or '\'') && !char.IsWhiteSpace(text[end]))
        {
            end++;
        }
        return new Word(from, end - from, text[from..end]);
    }

    private static Word Quoted(string text, int from)
    {
        StringBuilder inner = new();
        for (int at = from + 1; at < text.Length; at++)
        {
            if (text[at] != '\'')
            {
                inner.Append(text[at]);
            }
            else if (at + 1 < text.Length && text[at + 1] == '\'')
            {
                inner.Append('\'');
                at++;
            }
            else
            {
                return new Word(from, at + 1 - from, inner.ToString());
            }
        }
        throw new FaultException(from, "the quote is not closed");
    }

    private readonly record struct Word(int Position, int Length, string Text);

    private sealed class FaultException(int position, string message) : Exception(message)
    {
        public int Position { get; } = position;
    }
}
