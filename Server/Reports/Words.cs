using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;

namespace CopyTrack.Server.Reports;

/// <summary>The words of docs/interfaces.md §5 for stored numbers.</summary>
internal static class Words
{
    /// <summary>Cause as text, null for <see cref="Cause.None"/>.</summary>
    public static string? Of(Cause cause) => cause == Cause.None ? null : Camel(cause.ToString());

    public static string Of(Confidence confidence) => Camel(confidence.ToString());

    public static string Of(EntrySource source) => Camel(source.ToString());

    public static string Of(PageFunction function) => Camel(function.ToString());

    public static string Of(ReadingTrigger trigger) => Camel(trigger.ToString());

    public static string Of(CounterUnit unit) => Camel(unit.ToString());

    /// <summary>Any name of an enum in camel case.</summary>
    public static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
