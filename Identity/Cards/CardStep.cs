using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;

namespace CopyTrack.Identity.Cards;

/// <summary>
/// One step of a card-number rule: text in, text out, or null when the step does not fit the text (the card then has no number under this rule).
/// </summary>
public abstract record CardStep
{
    private CardStep() { }

    /// <summary>Result of the step, or null when it does not fit.</summary>
    public abstract string? Apply(string text);

    /// <summary>The step as a rule text writes it; <see cref="CardRule.Parse"/> reads it back.</summary>
    public abstract string Text { get; }

    /// <summary>The text of the step.</summary>
    public sealed override string ToString() => Text;

    /// <summary><c>match 'EXPRESSION'</c>: the first group of the first match, or the whole match when the expression has no group. A match that takes too long fits nothing.</summary>
    public sealed record Match(string Expression) : CardStep
    {
        /// <summary>Longest time one match may take; a login must not wait for a bad expression.</summary>
        public static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(25);

        private readonly Regex regex = new(Expression, RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, Timeout);

        /// <inheritdoc/>
        public override string? Apply(string text)
        {
            try
            {
                System.Text.RegularExpressions.Match match = regex.Match(text);
                Group? group = match.Success ? match.Groups[match.Groups.Count > 1 ? 1 : 0] : null;
                return group is { Success: true, Length: > 0 } ? group.Value : null;
            }
            catch (RegexMatchTimeoutException)
            {
                return null;
            }
        }

        /// <inheritdoc/>
        public override string Text => $"match {Quote(Expression)}";

        /// <summary>Two such steps are equal when their expressions are.</summary>
        public bool Equals(Match? other) => other is not null && other.Expression == Expression;

        /// <inheritdoc/>
        public override int GetHashCode() => Expression.GetHashCode(StringComparison.Ordinal);
    }

    /// <summary><c>hex2dec</c>: a hexadecimal number as a decimal one without leading zeros.</summary>
    public sealed record HexToDecimal : CardStep
    {
        /// <inheritdoc/>
        public override string? Apply(string text) => !CardText.IsHex(text)
            ? null
            : BigInteger.Parse("0" + text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);

        /// <inheritdoc/>
        public override string Text => "hex2dec";
    }

    /// <summary><c>dec2hex</c>: a decimal number as whole hexadecimal bytes (an even number of digits, at least two).</summary>
    public sealed record DecimalToHex : CardStep
    {
        /// <inheritdoc/>
        public override string? Apply(string text)
        {
            if (!CardText.IsDecimal(text))
            {
                return null;
            }
            byte[] bytes = BigInteger.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture).ToByteArray(isUnsigned: true, isBigEndian: true);
            return Convert.ToHexString(bytes);
        }

        /// <inheritdoc/>
        public override string Text => "dec2hex";
    }

    /// <summary><c>reverse</c>: hexadecimal bytes in the opposite order; fits an even number of digits only.</summary>
    public sealed record ReverseBytes : CardStep
    {
        /// <inheritdoc/>
        public override string? Apply(string text)
        {
            if (text.Length % 2 != 0 || !CardText.IsHex(text))
            {
                return null;
            }
            return string.Create(text.Length, text, static (target, source) =>
            {
                for (int i = 0; i < source.Length; i += 2)
                {
                    target[i] = source[source.Length - i - 2];
                    target[i + 1] = source[source.Length - i - 1];
                }
            });
        }

        /// <inheritdoc/>
        public override string Text => "reverse";
    }

    /// <summary><c>dropprefix TEXT</c>: removes it when it is there; nothing may be left of the text then.</summary>
    public sealed record DropPrefix(string Prefix) : CardStep
    {
        /// <inheritdoc/>
        public override string? Apply(string text) => !text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            ? text
            : text.Length == Prefix.Length ? null : text[Prefix.Length..];

        /// <inheritdoc/>
        public override string Text => $"dropprefix {Quote(Prefix)}";
    }

    /// <summary><c>dropsuffix TEXT</c>: removes it when it is there.</summary>
    public sealed record DropSuffix(string Suffix) : CardStep
    {
        /// <inheritdoc/>
        public override string? Apply(string text) => !text.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase)
            ? text
            : text.Length == Suffix.Length ? null : text[..^Suffix.Length];

        /// <inheritdoc/>
        public override string Text => $"dropsuffix {Quote(Suffix)}";
    }

    /// <summary><c>trimleft CHARACTER</c>: removes all leading ones, but never the last character.</summary>
    public sealed record TrimLeft(char Character) : CardStep
    {
        /// <inheritdoc/>
        public override string? Apply(string text)
        {
            string rest = text.TrimStart(Character);
            return rest.Length == 0 ? text[^1..] : rest;
        }

        /// <inheritdoc/>
        public override string Text => $"trimleft {Quote(Character.ToString())}";
    }

    /// <summary><c>padleft WIDTH [CHARACTER]</c>: fills up to a width in characters, with 0 unless told; a longer text stays.</summary>
    public sealed record PadLeft(int Width, char Character) : CardStep
    {
        /// <inheritdoc/>
        public override string? Apply(string text) => text.PadLeft(Width, Character);

        /// <inheritdoc/>
        public override string Text => Character == '0'
            ? string.Create(CultureInfo.InvariantCulture, $"padleft {Width}")
            : string.Create(CultureInfo.InvariantCulture, $"padleft {Width} {Quote(Character.ToString())}");
    }

    /// <summary>
    /// <c>sub START [LENGTH]</c>: from START (0 is the first character, a negative one counts from the end), LENGTH characters or to the end;
    /// a negative LENGTH leaves that many off at the end. A range that is not whole inside the text fits nothing.
    /// </summary>
    public sealed record Substring(int Start, int? Length) : CardStep
    {
        /// <inheritdoc/>
        public override string? Apply(string text)
        {
            int start = Start < 0 ? text.Length + Start : Start;
            int end = Length is not { } length ? text.Length : length < 0 ? text.Length + length : start + length;
            return start < 0 || end > text.Length || end <= start ? null : text[start..end];
        }

        /// <inheritdoc/>
        public override string Text => Length is { } length
            ? string.Create(CultureInfo.InvariantCulture, $"sub {Start} {length}")
            : string.Create(CultureInfo.InvariantCulture, $"sub {Start}");
    }

    private static string Quote(string text) => text.Length > 0 && text.All(char.IsAsciiLetterOrDigit)
        ? text
        : new StringBuilder("'").Append(text.Replace("'", "''", StringComparison.Ordinal)).Append('\'').ToString();
}
