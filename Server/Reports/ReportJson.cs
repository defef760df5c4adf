using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CopyTrack.Server.Reports;

/// <summary>Writes a report as the JSON of docs/interfaces.md §5, row by row.</summary>
internal static class ReportJson
{
    private const int FlushBytes = 64 * 1024;

    /// <summary>Writes one object; flushes as it goes, so that memory does not grow with the rows.</summary>
    public static async Task WriteAsync(Report report, Stream output, bool indented, CancellationToken cancellationToken)
    {
        await using Utf8JsonWriter json = new(output, new JsonWriterOptions { Indented = indented, Encoder = JavaScriptEncoder.Default });
        json.WriteStartObject();
        json.WriteString("report", report.Name);
        json.WriteString("from", Rfc3339(report.Period.From));
        json.WriteString("to", Rfc3339(report.Period.To));
        if (report.Before is { } before)
        {
            json.WriteString("compareFrom", Rfc3339(before.From));
            json.WriteString("compareTo", Rfc3339(before.To));
        }

        json.WriteStartArray("rows");
        await foreach (ImmutableArray<object?> row in report.Rows.WithCancellation(cancellationToken))
        {
            json.WriteStartObject();
            for (int i = 0; i < report.Columns.Length; i++)
            {
                json.WritePropertyName(report.Columns[i].Name);
                Value(json, row[i]);
            }

            json.WriteEndObject();
            if (json.BytesPending > FlushBytes)
            {
                await json.FlushAsync(cancellationToken);
            }
        }

        json.WriteEndArray();
        Totals(json, report);
        if (report.Unattributed is ReportNode rest)
        {
            json.WritePropertyName("unattributed");
            Value(json, rest);
        }

        json.WriteEndObject();
        await json.FlushAsync(cancellationToken);
    }

    /// <summary>An instant as RFC 3339 in UTC, with microseconds only where they are not zero.</summary>
    public static string Rfc3339(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFZ", System.Globalization.CultureInfo.InvariantCulture);

    private static void Totals(Utf8JsonWriter json, Report report)
    {
        ImmutableArray<object?> totals = report.Totals();
        json.WriteStartObject("totals");
        for (int i = 0; i < report.Columns.Length; i++)
        {
            if (report.TotalColumns.Contains(report.Columns[i].Name))
            {
                json.WritePropertyName(report.Columns[i].Name);
                Value(json, totals[i]);
            }
        }

        json.WriteEndObject();
    }

    private static void Value(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case string text: json.WriteStringValue(text); break;
            case ErasedPerson gone: json.WriteStringValue(ReportText.Of(gone)); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case long count: json.WriteNumberValue(count); break;
            case decimal money: json.WriteNumberValue(money); break;
            case DateTimeOffset time: json.WriteStringValue(Rfc3339(time)); break;
            case ReportNode.Members members:
                json.WriteStartObject();
                foreach ((string name, object? member) in members.Values)
                {
                    json.WritePropertyName(name);
                    Value(json, member);
                }

                json.WriteEndObject();
                break;
            case ReportNode.Items items:
                json.WriteStartArray();
                foreach (ReportNode item in items.Values)
                {
                    Value(json, item);
                }

                json.WriteEndArray();
                break;
            default: throw new InvalidOperationException($"A report cell can't hold {value.GetType().Name}.");
        }
    }
}
