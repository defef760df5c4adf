using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;

namespace CopyTrack.Server.Reports;

/// <summary>The words of docs/interfaces.md §5 for stored numbers.</summary>
internal static class Words
{
    // Each row of a long export asks for several: the name of an enum is looked up by reflection, its word never again.
    private static readonly string[] s_causes = All<Cause>(), s_confidences = All<Confidence>(), s_sources = All<EntrySource>(), s_functions = All<PageFunction>(), s_triggers = All<ReadingTrigger>(), s_units = All<CounterUnit>();

    /// <summary>Cause as text, null for <see cref="Cause.None"/>.</summary>
    public static string? Of(Cause cause) => cause == Cause.None ? null : At(s_causes, (int)cause);

    public static string Of(Confidence confidence) => At(s_confidences, (int)confidence);

    public static string Of(EntrySource source) => At(s_sources, (int)source);

    public static string Of(PageFunction function) => At(s_functions, (int)function);

    public static string Of(ReadingTrigger trigger) => At(s_triggers, (int)trigger);

    public static string Of(CounterUnit unit) => At(s_units, (int)unit);

    /// <summary>Any name of an enum in camel case.</summary>
    public static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    /// <summary>The word of a stored number; the number itself where a newer program wrote it.</summary>
    private static string At(string[] words, int number) => number >= 0 && number < words.Length ? words[number] : number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string[] All<T>()
        where T : struct, Enum
    {
        int most = Enum.GetValues<T>().Max(v => Convert.ToInt32(v, System.Globalization.CultureInfo.InvariantCulture));
        return [.. Enumerable.Range(0, most + 1).Select(n => Camel(Enum.ToObject(typeof(T), n).ToString()!))];
    }
}
