using System.Globalization;
using System.Text;

namespace CopyTrack.Server.Web.Charts;

/// <summary>Geometry of a chart as the server draws it: 720 by 240 units, the plot between 56 and 712 across and 12 and 208 down.</summary>
internal sealed class ChartPicture(Chart chart)
{
    public const int Width = 720, Height = 240, Left = 56, Right = 712, Above = 12, Below = 208;

    private const int MostLabels = 12;

    private readonly double step = (Right - Left) / (double)Math.Max(1, chart.Labels.Length);

    /// <summary>Values at which a line goes across, with their height.</summary>
    public IEnumerable<(double Value, string Y)> Lines => Enumerable.Range(0, 5).Select(i => chart.Top * i / 4).Select(v => (v, Number(Y(v))));

    /// <summary>Labels that fit, with their places.</summary>
    public IEnumerable<(string Text, string X)> Labels
    {
        get
        {
            int every = Math.Max(1, (chart.Labels.Length + MostLabels - 1) / MostLabels);
            return chart.Labels.Select((text, i) => (text, i)).Where(l => l.i % every == 0).Select(l => (l.text, Number(Middle(l.i))));
        }
    }

    /// <summary>Columns of a series: which value, place and size.</summary>
    public IEnumerable<(int Index, string X, string Y, string Width, string Height)> Columns(int series)
    {
        int[] columns = [.. Enumerable.Range(0, chart.Series.Length).Where(i => chart.Series[i].Form == ChartForm.Columns)];
        double width = step * 0.76 / columns.Length, at = Array.IndexOf(columns, series) * width;
        return from i in Enumerable.Range(0, chart.Labels.Length)
               let value = chart.Series[series].Values[i]
               where value is > 0
               let y = Y(value.Value)
               select (i, Number(Left + (i * step) + (step * 0.12) + at), Number(y), Number(Math.Max(0.5, width - 1)), Number(Below - y));
    }

    /// <summary>Points of a series that lead somewhere: which value, and its place.</summary>
    public IEnumerable<(int Index, string X, string Y)> Points(int series) =>
        from i in Enumerable.Range(0, chart.Labels.Length)
        where chart.Series[series].Values[i] is not null && chart.Series[series].Link(i) is not null
        select (i, Number(Middle(i)), Number(Y(chart.Series[series].Values[i]!.Value)));

    /// <summary>Points of a series' lines: one text for each run of values without a hole.</summary>
    public IEnumerable<string> Runs(int series)
    {
        StringBuilder run = new();
        for (int i = 0; i <= chart.Labels.Length; i++)
        {
            if (i < chart.Labels.Length && chart.Series[series].Values[i] is { } value)
            {
                run.Append(CultureInfo.InvariantCulture, $"{Number(Middle(i))},{Number(Y(value))} ");
            }
            else if (run.Length > 0)
            {
                yield return run.ToString().TrimEnd();
                run.Clear();
            }
        }
    }

    private double Middle(int index) => Left + (index * step) + (step / 2);

    private double Y(double value) => Below - (Math.Clamp(value / chart.Top, 0, 1) * (Below - Above));

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
