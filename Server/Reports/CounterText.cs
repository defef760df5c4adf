using CopyTrack.Accounting.Meters;

namespace CopyTrack.Server.Reports;

/// <summary>What a counter counts, as words for people.</summary>
internal static class CounterText
{
    /// <summary>Function, then colour, size and sides where it tells them, such as <c>copy color large</c>.</summary>
    public static string Of(CounterKey key) =>
        string.Join(' ', new[] { key.Function.ToString(), key.Color.ToString(), key.Size.ToString(), key.Sides.ToString() }.Where(w => w != "Any")).ToLowerInvariant();
}
