using System.Collections.Immutable;
using CopyTrack.Accounting.Alerts;
using CopyTrack.Server.Data.Alerts;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Alerts;

/// <summary>Alerts as a table for download, as far as somebody sees them.</summary>
internal sealed class AlertTables(AlertRepository alerts, ReportOptions options)
{
    /// <summary>Name of the list.</summary>
    public const string Name = "alerts";

    private static readonly ImmutableArray<ReportColumn> s_columns =
    [
        new("at", ColumnKind.Time), new("severity", ColumnKind.Text), new("kind", ColumnKind.Text), new("subject", ColumnKind.Text), new("site", ColumnKind.Text), new("alertText", ColumnKind.Text),
        new("since", ColumnKind.Time), new("notedAt", ColumnKind.Time), new("note", ColumnKind.Text), new("resolvedAt", ColumnKind.Time), new("told", ColumnKind.Count), new("rule", ColumnKind.Text),
    ];

    /// <summary>The table of a question, in the reader's language.</summary>
    public Report Build(FleetScope scope, AlertQuestion question, ReportPeriod period, IReportWords words, CancellationToken cancellationToken) => new()
    {
        Name = Name, Period = period, Columns = s_columns, Rows = RowsAsync(scope, question, new AlertSentences(words, options.TimeZone), cancellationToken), TotalColumns = [],
        Totals = () => [.. s_columns.Select(_ => (object?)null)],
    };

    private async IAsyncEnumerable<ImmutableArray<object?>> RowsAsync(
        FleetScope scope, AlertQuestion question, AlertSentences sentences, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var a in alerts.AllAsync(scope, question, cancellationToken))
        {
            yield return
            [
                a.RaisedAt, sentences.Severity((AlertSeverity)a.Severity), sentences.Kind((AlertKind)a.Kind), a.Subject, a.Site, sentences.Of(a), a.Since, a.NotedAt, a.Note, a.ResolvedAt, (long)a.Told, a.RuleName,
            ];
        }
    }
}
