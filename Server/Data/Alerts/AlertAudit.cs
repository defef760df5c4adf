using System.Globalization;
using CopyTrack.Accounting.Alerts;

namespace CopyTrack.Server.Data.Alerts;

/// <summary>A rule as the audit log tells it: what matters of it on one line. Addresses stand there, because who is told is what changes are about.</summary>
internal static class AlertAudit
{
    public static string Of(AlertRuleRow r) => string.Create(
        CultureInfo.InvariantCulture,
        $"{r.Name}: {AlertTopics.NameOf((AlertKind)r.Kind)}, {AlertTopics.NameOf((AlertSeverity)r.Severity)}, node {r.NodeId}, device {r.DeviceId}, site {r.Site}, percent {r.Percent}, days {r.Days}, which {r.Which}, after {r.AfterMinutes} min, to {r.Recipients}, quiet {r.QuietFrom}-{r.QuietTo} days {r.QuietDays}, repeat {r.RepeatMinutes}, escalate {r.EscalateMinutes} to {r.EscalateTo}, end {(r.TellResolved ? "told" : "not told")}, {(r.Enabled ? "on" : "off")}");
}
