using System.Collections.Immutable;
using System.Text.Json;

namespace CopyTrack.Server.Web.Charts;

/// <summary>How a series is drawn.</summary>
internal enum ChartForm
{
    /// <summary>Columns from zero; several series stand beside each other.</summary>
    Columns,

    /// <summary>A line.</summary>
    Line,

    /// <summary>A dashed line, for what is expected or was.</summary>
    Dashed,
}

/// <summary>One series: a value for each label, null where there is none.</summary>
internal sealed record ChartSeries(string Name, ImmutableArray<double?> Values, ChartForm Form = ChartForm.Columns)
{
    /// <summary>Where each value leads, null for nowhere; empty when none leads anywhere.</summary>
    public ImmutableArray<string?> Links { get; init; } = [];

    /// <summary>Where a value leads.</summary>
    public string? Link(int index) => index < Links.Length ? Links[index] : null;
}

/// <summary>A chart of values along labels in order (days, hours, months), for the partial <c>Shared/_Chart</c>. Always also a table.</summary>
internal sealed record Chart
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    /// <summary>What it shows, in a few words.</summary>
    public required string Title { get; init; }

    /// <summary>Heading of the labels in the table, such as "Day".</summary>
    public required string Along { get; init; }

    public required ImmutableArray<string> Labels { get; init; }

    public required ImmutableArray<ChartSeries> Series { get; init; }

    /// <summary>Digits behind the point.</summary>
    public int Digits { get; init; }

    /// <summary>True when a line runs over columns, which are drawn fainter then.</summary>
    public bool IsCrossed => Series.Any(s => s.Form == ChartForm.Columns) && Series.Any(s => s.Form != ChartForm.Columns);

    /// <summary>Highest value drawn: a round number at or above every value, at least 1.</summary>
    public double Top
    {
        get
        {
            double most = Series.SelectMany(s => s.Values).Select(v => v is { } x && double.IsFinite(x) ? x : 0).DefaultIfEmpty().Max();
            if (most <= 1)
            {
                return 1;
            }

            double unit = Math.Pow(10, Math.Floor(Math.Log10(most)));
            return new[] { 1, 2, 2.5, 5, 10 }.Select(step => step * unit).First(top => top >= most * 0.999999);
        }
    }

    /// <summary>True when a value leads somewhere.</summary>
    public bool HasLinks => Series.Any(s => s.Links.Any(l => l is not null));

    /// <summary>What the script draws it from.</summary>
    public string ToJson(Words words) => JsonSerializer.Serialize(new
    {
        along = Along, labels = Labels, digits = Digits, culture = words.Culture.Name, series = Series.Select(s => new { name = s.Name, form = s.Form.ToString(), values = s.Values, links = s.Links.IsEmpty ? null : (ImmutableArray<string?>?)s.Links }),
    }, s_json);
}

/// <summary>One bar of a list, with its text; <see cref="Href"/> leads to what it is made of.</summary>
internal sealed record Bar(string Label, double Value, string Text, string? Href = null);
