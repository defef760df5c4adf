using System.Globalization;
using System.Text.Json;
using CopyTrack.Accounting.Alerts;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Alerts;

namespace CopyTrack.Server.Alerts;

/// <summary>Which alarms of devices are alerts of rules.</summary>
internal static class AlertEvents
{
    /// <summary>Kind and values of an alarm; null for one that no kind of rule looks for.</summary>
    public static (AlertKind Kind, DateTimeOffset At, AlertDetail Detail)? Of(AlertNews news)
    {
        try
        {
            var data = StateDocument.ReadData(news.Payload);
            var name = data.GetValueOrDefault("kind");
            AlertKind? kind = name switch { "panelBypass" => AlertKind.PanelBypass, "quarantined" => AlertKind.MeterImplausible, "meterReset" or "deviceReplaced" => AlertKind.CounterReset, _ => null };
            long? pages = kind == AlertKind.PanelBypass && long.TryParse(data.GetValueOrDefault("impressions"), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null;
            return kind is { } known ? (known, news.At, new AlertDetail { Reason = name, Pages = pages, Last = news.At }) : null;
        }
        catch (JsonException)
        {
            // Written by a later version; rules of this one look for none such.
            return null;
        }
    }
}
