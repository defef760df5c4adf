using System.Globalization;

namespace CopyTrack.Agent.Page;

/// <summary>A line of what was read, drawn by this program: the page has no script.</summary>
internal static class PageChart
{
    private const int Width = 720, Height = 160, Left = 8, Right = 8, Top = 10, Bottom = 10;

    /// <summary>
    /// Adds a line through values by their time, with the first and the last of both written beside it; nothing for fewer than two. <paramref name="points"/> are in order of time.
    /// </summary>
    public static void Add(PageHtml html, PageWords w, string title, IReadOnlyList<(DateTimeOffset At, long Value)> points)
    {
        if (points.Count < 2)
        {
            return;
        }

        var (from, to) = (points[0].At, points[^1].At);
        var (low, high) = (points.Min(p => p.Value), points.Max(p => p.Value));
        var (time, span) = (Math.Max(1, (to - from).TotalSeconds), Math.Max(1.0, high - low));
        html.Raw("<section><h2>").Text(title).Raw(string.Create(CultureInfo.InvariantCulture, $"</h2><svg class=\"chart\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"")).Text(w["{0}: from {1} to {2}", title, w.Number(points[0].Value), w.Number(points[^1].Value)]).Raw("\"><polyline points=\"");
        foreach (var (at, value) in points)
        {
            var x = Left + ((at - from).TotalSeconds / time * (Width - Left - Right));
            var y = Height - Bottom - ((value - low) / span * (Height - Top - Bottom));
            html.Raw(string.Create(CultureInfo.InvariantCulture, $"{x:0.#},{y:0.#} "));
        }

        html.Raw("\"></polyline></svg><p class=\"legend\"><span>").Text($"{w.Time(from)}: {w.Number(points[0].Value)}").Raw("</span><span>").Text($"{w.Time(to)}: {w.Number(points[^1].Value)}").Raw("</span></p></section>");
    }
}
