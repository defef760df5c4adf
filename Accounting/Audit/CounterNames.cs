using CopyTrack.Accounting.Meters;

namespace CopyTrack.Accounting.Audit;

/// <summary>Words for a counter in findings: function and what else it tells, such as <c>copy color large (impressions)</c>.</summary>
internal static class CounterNames
{
    public static string Of(BaseCounter counter)
    {
        CounterKey key = counter.Key;
        IEnumerable<string> words = new[] { key.Function.ToString(), Word(key.Color), Word(key.Size), Word(key.Sides) }.Where(w => w.Length > 0);
        return $"{string.Join(' ', words).ToLowerInvariant()} ({UnitOf(counter)})";
    }

    public static string UnitOf(BaseCounter counter) => counter.Key.Unit.ToString().ToLowerInvariant();

    private static string Word<T>(T value) where T : struct, Enum => value.ToString() is "Any" ? "" : value.ToString();
}
