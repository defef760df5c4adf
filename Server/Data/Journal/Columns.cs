using System.Collections.Immutable;
using System.Globalization;

namespace CopyTrack.Server.Data.Journal;

/// <summary>Forms of single values in ledger columns.</summary>
internal static class Columns
{
    /// <summary>A vector of meter values: decimal, commas between, "-" where the device gave none, empty for a vector of none.</summary>
    public static string Meters(ImmutableArray<long?> values) => string.Join(',', values.Select(v => v?.ToString(CultureInfo.InvariantCulture) ?? "-"));

    /// <summary>The vector in its column.</summary>
    public static ImmutableArray<long?> ReadMeters(string column)
    {
        if (column.Length == 0)
        {
            return [];
        }

        var values = ImmutableArray.CreateBuilder<long?>(column.AsSpan().Count(',') + 1);
        foreach (var part in column.AsSpan().Split(','))
        {
            var text = column.AsSpan(part);
            values.Add(text is "-" ? null : long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
        }

        return values.MoveToImmutable();
    }

    /// <summary>A text that may come from a device as every database takes it: what no database keeps (NUL, half a surrogate pair) becomes U+FFFD.</summary>
    public static string? Text(string? text)
    {
        if (text is null || !NeedsCleaning(text))
        {
            return text;
        }

        var clean = text.ToCharArray();
        for (var i = 0; i < clean.Length; i++)
        {
            if (clean[i] == '\0')
            {
                clean[i] = '\uFFFD';
            }
            else if (char.IsHighSurrogate(clean[i]) && i + 1 < clean.Length && char.IsLowSurrogate(clean[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(clean[i]))
            {
                clean[i] = '\uFFFD';
            }
        }

        return new string(clean);
    }

    private static bool NeedsCleaning(string text) => text.Contains('\0', StringComparison.Ordinal) || text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF');
}
