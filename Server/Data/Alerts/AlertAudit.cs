using System.Globalization;
using CopyTrack.Accounting.Alerts;

namespace CopyTrack.Server.Data.Alerts;

/// <summary>A change of a rule as the audit log tells it, member by member. Addresses stand there, because who is told is what changes are about. Pure.</summary>
internal static class AlertAudit
{
    private static readonly (string Name, Func<AlertRuleRow, object?> Of)[] s_members =
    [
        ("name", r => r.Name), ("kind", r => AlertTopics.NameOf((AlertKind)r.Kind)), ("severity", r => AlertTopics.NameOf((AlertSeverity)r.Severity)), ("node", r => Id("fleetNode", r.NodeId)),
        ("device", r => Id("device", r.DeviceId)), ("site", r => r.Site), ("percent", r => r.Percent), ("days", r => r.Days), ("which", r => Text(r.Which)), ("afterMinutes", r => r.AfterMinutes),
        ("recipients", r => Text(r.Recipients)), ("language", r => r.Language), ("quietHours", r => r.QuietFrom == r.QuietTo ? null : $"{Clock(r.QuietFrom)}–{Clock(r.QuietTo)}"), ("quietDays", r => Days(r.QuietDays)),
        ("repeatMinutes", r => r.RepeatMinutes), ("escalateMinutes", r => r.EscalateMinutes), ("escalateTo", r => Text(r.EscalateTo)), ("tellResolved", r => r.TellResolved), ("enabled", r => r.Enabled),
    ];

    /// <summary>What differs between two states of a rule; null for none.</summary>
    public static AuditValues Of(AlertRuleRow? before, AlertRuleRow? after)
    {
        AuditValues values = new();
        foreach (var (name, of) in s_members)
        {
            values.Add(name, before is null ? null : of(before), after is null ? null : of(after));
        }

        return values;
    }

    private static string? Id(string kind, long? id) => id is { } number ? string.Create(CultureInfo.InvariantCulture, $"{kind}:{number}") : null;

    private static string? Text(string text) => text.Length == 0 ? null : text;

    private static string Clock(int minutes) => string.Create(CultureInfo.InvariantCulture, $"{minutes / 60:00}:{minutes % 60:00}");

    private static string? Days(int mask) => Text(string.Join(';', Enum.GetValues<DayOfWeek>().Where(d => (mask & (1 << (int)d)) != 0).Select(d => d.ToString().ToLowerInvariant())));
}
