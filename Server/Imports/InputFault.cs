using System.Globalization;

namespace CopyTrack.Server.Imports;

/// <summary>Why one line or body can't be taken; the message names the column and never a secret.</summary>
public sealed class InputFaultException(string message) : Exception(message);

/// <summary>Checks that all inputs share.</summary>
internal static class InputRules
{
    private const int MaxText = 256, MaxList = 256;

    /// <summary>A key that names something: trimmed, not empty, without control characters and without the list sign.</summary>
    public static string Name(string column, string? value)
    {
        var name = Text(column, value);
        return name is null ? throw new InputFaultException($"{column} is empty")
            : name.Contains(';', StringComparison.Ordinal) ? throw new InputFaultException($"{column} contains ';'")
            : name;
    }

    /// <summary>The folded form under which a name is looked up, or null for a text that can't be one and that no database should see.</summary>
    public static string? Key(string? value) =>
        string.IsNullOrWhiteSpace(value) || value.Length > MaxText || value.Any(char.IsControl) || !IsWellFormed(value) ? null : Data.NameFolding.Fold(value);

    /// <summary>A text, trimmed; null when it is empty.</summary>
    public static string? Text(string column, string? value)
    {
        var text = value?.Trim();
        return string.IsNullOrEmpty(text) ? null
            : text.Length > MaxText ? throw new InputFaultException(string.Create(CultureInfo.InvariantCulture, $"{column} is longer than {MaxText} characters"))
            : text.Any(char.IsControl) ? throw new InputFaultException($"{column} contains a control character")
            : !IsWellFormed(text) ? throw new InputFaultException($"{column} contains half a character")
            : text;
    }

    /// <summary>Names of a list, trimmed, empty ones and repetitions left out; folded names are unique.</summary>
    public static IReadOnlyList<string> Names(string column, IReadOnlyList<string>? values)
    {
        var names = (values ?? []).Where(value => !string.IsNullOrWhiteSpace(value)).Select(value => Name(column, value)).DistinctBy(Data.NameFolding.Fold).ToList();
        return names.Count > MaxList ? throw new InputFaultException(string.Create(CultureInfo.InvariantCulture, $"{column} has more than {MaxList} parts")) : names;
    }

    /// <summary>Functions as they are stored; null when the list is empty (nothing set).</summary>
    public static string? Functions(string column, IReadOnlyList<string>? values)
    {
        if (!Identity.Rights.FunctionNames.TryParse(values ?? [], out var functions, out var unknown))
        {
            throw new InputFaultException($"{column}: unknown function '{Shorten(unknown!)}' (copy, copyColor, scan, fax, print)");
        }

        var text = Identity.Rights.FunctionNames.Format(functions);
        return text.Length == 0 ? null : text;
    }

    /// <summary>A foreign text in a message: short and without control characters.</summary>
    public static string Shorten(string text)
    {
        var clean = string.Concat(text.Where(c => !char.IsControl(c)));
        return clean.Length <= 40 ? clean : string.Concat(clean.AsSpan(0, 40), "…");
    }

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return false;
            }
        }

        return true;
    }
}
