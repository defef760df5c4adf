using System.Globalization;
using System.Text.Json;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Webhooks;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Webhooks;

/// <summary>Writes the body of an event. Names are looked up when it is sent, so that no name of a person is kept with it.</summary>
internal sealed class WebhookBodies(WebhookQueue queue, SessionCounts counts, ReportOptions options)
{
    /// <summary>The JSON of the event, UTF-8.</summary>
    public async Task<byte[]> OfAsync(WebhookRow webhook, WebhookEventRow row, CancellationToken cancellationToken)
    {
        var data = new SortedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in StateDocument.ReadData(row.Payload))
        {
            // Numbers of people are ours alone.
            if (name != "person")
            {
                data[name] = value;
            }
        }

        if (row.Kind == WebhookEvents.SessionSettled && long.TryParse(data.GetValueOrDefault("session") as string, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && await queue.SessionAsync(id, cancellationToken) is { } session)
        {
            await AddAsync(data, webhook, session, cancellationToken);
        }

        return JsonSerializer.SerializeToUtf8Bytes(new { id = Id(row), type = row.Kind, at = ReportJson.Rfc3339(row.At), device = row.Device, site = row.Site, data }, JsonSerializerOptions.Web);
    }

    /// <summary>The event's id: the same at every try and for every webhook.</summary>
    public static string Id(WebhookEventRow row) => row.EventId.ToString(CultureInfo.InvariantCulture);

    private async Task AddAsync(SortedDictionary<string, object?> data, WebhookRow webhook, WebhookSession session, CancellationToken cancellationToken)
    {
        data["openedAt"] = ReportJson.Rfc3339(session.OpenedAt);
        data["endedAt"] = session.EndedAt is { } ended ? ReportJson.Rfc3339(ended) : null;
        data["method"] = session.Method;
        data["inferred"] = session.Inferred;
        data["project"] = session.Project;
        if (webhook.UserNames)
        {
            data["user"] = session.UserName;
        }

        var booked = await counts.OfAsync(session.Id, session.OpenedAt, cancellationToken);
        var cells = CountColumns.Cells(booked, options.Currency);
        data["counts"] = CountColumns.All.Select((column, i) => (column.Name, Value: cells[i])).ToDictionary(c => c.Name, c => c.Value);
    }
}
