using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CopyTrack.Server.Data;

/// <summary>
/// What a change did, member by member, for the audit log: two JSON objects that hold the members that differ and nothing else. Of names of people and of secrets they
/// tell only that there is one. Pure.
/// </summary>
public sealed class AuditValues
{
    /// <summary>Stands for a value that is not told.</summary>
    public const string Kept = "•";

    private const int Longest = 400;

    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly SortedDictionary<string, object?> before = new(StringComparer.Ordinal), after = new(StringComparer.Ordinal);

    /// <summary>Whether nothing differs.</summary>
    public bool IsEmpty => before.Count == 0;

    /// <summary>The values before, null when nothing was there.</summary>
    public string? Before => TextOf(before);

    /// <summary>The values after, null when nothing is left.</summary>
    public string? After => TextOf(after);

    /// <summary>Adds a member that may be told: text, number, flag or null.</summary>
    public AuditValues Add(string name, object? was, object? now)
    {
        if (!Equals(was, now))
        {
            (before[name], after[name]) = (Told(was), Told(now));
        }

        return this;
    }

    /// <summary>Adds a name of a person, or a secret: whether there was one and is one, and that it differs.</summary>
    public AuditValues AddKept(string name, bool differs, bool was, bool now)
    {
        if (differs)
        {
            (before[name], after[name]) = (was ? Kept : null, now ? Kept : null);
        }

        return this;
    }

    /// <summary>That somebody is gone, with a name that was theirs.</summary>
    public static AuditValues PersonGone => new AuditValues().AddKept("userName", true, true, false);

    /// <summary>Millionths of the currency as an amount, such as 0.04; null for null.</summary>
    public static string? Money(long? micros) => micros is { } value ? (value / 1_000_000m).ToString("0.######", CultureInfo.InvariantCulture) : null;

    private static object? Told(object? value) => value switch
    {
        null or bool or long or int => value,
        string { Length: > Longest } text => text[..Longest] + "…",
        string text => text,
        DateTimeOffset at => at.ToString("O", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    private static string? TextOf(SortedDictionary<string, object?> values) => values.Values.All(v => v is null) ? null : JsonSerializer.Serialize(values, s_json);
}
