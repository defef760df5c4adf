using System.Globalization;

namespace CopyTrack.MfpSimulator.Scripts;

/// <summary>
/// One line of the script language: <c>[at TIME] [device all|N|N-M] VERB [word...] [name=value...]</c>. Times are <c>500ms</c>, <c>10s</c>, <c>1.5m</c>, <c>1h</c>.
/// <c>panel N ...</c> is short for <c>device N panel ...</c>. Without <c>device</c> every device is meant.
/// </summary>
internal sealed record ScriptCommand
{
    /// <summary>Longest line, in characters.</summary>
    public const int MaxLength = 4096;

    public TimeSpan? At { get; init; }

    /// <summary>First and last number; null = all.</summary>
    public (int First, int Last)? Devices { get; init; }
    public required string Verb { get; init; }
    public IReadOnlyList<string> Words { get; init; } = [];
    public IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>();

    /// <summary>Reads a line; null for an empty one or a comment (<c>#</c>). Throws <see cref="FormatException"/> when it is none of the language.</summary>
    public static ScriptCommand? Parse(string line)
    {
        if (line.Length > MaxLength) throw new FormatException("The line is too long.");
        var words = new Queue<string>(line.Split(['#'], 2)[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (words.Count == 0) return null;
        var command = new ScriptCommand { Verb = "" };
        if (words.Peek() == "at" && words.Dequeue() is not null) command = command with { At = Duration(Next(words, "a time")) };
        if (words.TryPeek(out var word) && word == "device" && words.Dequeue() is not null) command = command with { Devices = Range(Next(words, "a device")) };
        command = command with { Verb = Next(words, "a verb").ToLowerInvariant() };
        if (command.Verb == "panel" && command.Devices is null && words.TryPeek(out word) && (char.IsAsciiDigit(word[0]) || word == "all"))
            command = command with { Devices = Range(words.Dequeue()) };
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        List<string> rest = [];
        foreach (var piece in words)
        {
            var split = piece.IndexOf('=', StringComparison.Ordinal);
            if (split <= 0) rest.Add(piece);
            else values[piece[..split]] = piece[(split + 1)..];
        }

        return command with { Words = rest, Values = values };
    }

    /// <summary>Reads <c>500ms</c>, <c>10s</c>, <c>1.5m</c>, <c>1h</c>; a bare number is seconds.</summary>
    public static TimeSpan Duration(string text)
    {
        var (number, unit) = text switch
        {
            [.. var n, 'm', 's'] => (n, 0.001),
            [.. var n, 's'] => (n, 1),
            [.. var n, 'm'] => (n, 60),
            [.. var n, 'h'] => (n, 3600),
            _ => (text, 1.0),
        };
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value * unit < 1e7
            ? TimeSpan.FromSeconds(value * unit)
            : throw new FormatException($"'{text}' is no time such as 500ms, 10s or 2m.");
    }

    public string? Text(string name) => Values.GetValueOrDefault(name);

    public long Number(string name, long missing) => Text(name) is not { } text ? missing
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value
        : throw new FormatException($"{name}={text} is no number.");

    public bool Flag(string name) => Text(name)?.ToLowerInvariant() switch
    {
        null or "no" or "false" or "0" => false,
        "yes" or "true" or "1" => true,
        var other => throw new FormatException($"{name}={other} is neither yes nor no."),
    };

    public TimeSpan Time(string name, TimeSpan missing) => Text(name) is { } text ? Duration(text) : missing;

    /// <summary>The first word after the verb. Throws <see cref="FormatException"/> when there is none.</summary>
    public string Word() => Words.Count > 0 ? Words[0] : throw new FormatException($"{Verb} needs a word behind it.");

    /// <summary>The first word as a share from 0 to 1.</summary>
    public double Share() => double.TryParse(Word(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value <= 1
        ? value
        : throw new FormatException($"'{Word()}' is no share from 0 to 1.");

    private static string Next(Queue<string> words, string what) => words.TryDequeue(out var word) ? word : throw new FormatException($"There is {what} missing.");

    private static (int First, int Last)? Range(string text)
    {
        if (text == "all") return null;
        var ends = text.Split('-', 2);
        return int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first) && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last) && first >= 1 && last >= first
            ? (first, last)
            : throw new FormatException($"'{text}' is neither all, a number nor a range of devices.");
    }
}
