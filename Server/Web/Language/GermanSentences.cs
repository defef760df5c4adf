using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace CopyTrack.Server.Web.Language;

/// <summary>
/// German for sentences of the program's inner parts, which know nothing of languages and put values into their English: "There is no device 'x'." is told by the text
/// "There is no {0} '{1}'." with its values. Only texts of the file faults.json are looked for like this.
/// </summary>
internal sealed class GermanSentences
{
    private const int Longest = 2000;

    private readonly ImmutableArray<Pattern> patterns;

    /// <summary>Takes the texts that have places for values; those with most letters of their own are tried first.</summary>
    public GermanSentences(IEnumerable<KeyValuePair<string, string>> texts) =>
        patterns = [.. texts.Where(t => t.Key.Contains("{0}", StringComparison.Ordinal)).Select(t => new Pattern(Split(t.Key), t.Value)).OrderByDescending(p => p.Parts.Sum(x => x.Length))];

    /// <summary>The sentence in German with its values, which <paramref name="word"/> translates where they are words; null when none fits.</summary>
    public string? Of(string english, Func<string, string> word)
    {
        if (english.Length > Longest)
        {
            return null;
        }

        foreach (Pattern pattern in patterns)
        {
            if (pattern.Values(english) is { } values)
            {
                return string.Format(CultureInfo.InvariantCulture, pattern.German, [.. values.Select(word)]);
            }
        }

        return null;
    }

    /// <summary>What stands between the places, which come in the order of their numbers.</summary>
    private static ImmutableArray<string> Split(string english)
    {
        ImmutableArray<string>.Builder parts = ImmutableArray.CreateBuilder<string>();
        StringBuilder part = new();
        for (int i = 0; i < english.Length; i++)
        {
            if (english[i] == '{' && i + 2 < english.Length && english[i + 2] == '}')
            {
                parts.Add(part.ToString());
                part.Clear();
                i += 2;
            }
            else
            {
                part.Append(english[i]);
            }
        }

        parts.Add(part.ToString());
        return parts.ToImmutable();
    }

    private sealed record Pattern(ImmutableArray<string> Parts, string German)
    {
        /// <summary>The values in a sentence of this pattern, each as short as can be; null for any other.</summary>
        public List<string>? Values(string sentence)
        {
            if (!sentence.StartsWith(Parts[0], StringComparison.Ordinal) || !sentence.EndsWith(Parts[^1], StringComparison.Ordinal))
            {
                return null;
            }

            List<string> values = [];
            int at = Parts[0].Length, end = sentence.Length - Parts[^1].Length;
            for (int i = 1; i < Parts.Length; i++)
            {
                int next = i == Parts.Length - 1 ? end : Parts[i].Length == 0 ? at : sentence.IndexOf(Parts[i], Math.Min(at, sentence.Length), StringComparison.Ordinal);
                if (next < at || next > end)
                {
                    return null;
                }

                values.Add(sentence[at..next]);
                at = next + Parts[i].Length;
            }

            return values;
        }
    }
}
