using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using CopyTrack.Accounting.Alerts;

namespace CopyTrack.Server.Data.Alerts;

/// <summary>Events about alerts and the fleet in the outbox.</summary>
public static class AlertTopics
{
    /// <summary>A rule's alert was raised, ended, or somebody took note.</summary>
    public const string Raised = "alert.raised", Resolved = "alert.resolved", Noted = "alert.noted";

    /// <summary>Nothing new comes of an agent or a device; the meter reads of a customer's month are complete.</summary>
    public const string AgentStale = "agent.stale", DeviceStale = "device.stale", ReadsReady = "meterReads.ready";

    /// <summary>The name of a kind for other programs, as <c>supplyLow</c>.</summary>
    public static string NameOf(AlertKind kind) => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());

    /// <summary>The name of a severity, as <c>critical</c>.</summary>
    public static string NameOf(AlertSeverity severity) => JsonNamingPolicy.CamelCase.ConvertName(severity.ToString());

    /// <summary>The kind of a name; null for another.</summary>
    public static AlertKind? KindOf(string? name) => AlertKinds.All.Where(k => NameOf(k) == name).Select(k => (AlertKind?)k).FirstOrDefault();

    /// <summary>The severity of a name; null for another.</summary>
    public static AlertSeverity? SeverityOf(string? name) => Enum.GetValues<AlertSeverity>().Where(s => NameOf(s) == name).Select(s => (AlertSeverity?)s).FirstOrDefault();

    /// <summary>Values of an alert in an event.</summary>
    public static string Payload(AlertRow alert)
    {
        var detail = AlertDetails.Read(alert.Detail);
        var data = ImmutableDictionary<string, string>.Empty.Add("alert", Text(alert.Id)).Add("kind", NameOf((AlertKind)alert.Kind)).Add("severity", NameOf((AlertSeverity)alert.Severity)).Add("subject", alert.Subject);
        foreach (var (name, value) in new (string, string?)[]
        {
            ("rule", alert.RuleName), ("site", alert.Site), ("supply", detail.Name), ("color", detail.Color), ("percent", Text(detail.Percent)), ("daysLeft", Text(detail.DaysLeft)), ("reason", detail.Reason),
            ("impressions", Text(detail.Pages)), ("note", alert.Note),
        })
        {
            data = value is null ? data : data.Add(name, value);
        }

        return StateDocument.Write(data);
    }

    private static string? Text(long? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Details of alerts as JSON.</summary>
public static class AlertDetails
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    /// <summary>The JSON.</summary>
    public static string Write(AlertDetail detail) => JsonSerializer.Serialize(detail, s_json);

    /// <summary>The details; empty ones for what is no such JSON.</summary>
    public static AlertDetail Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<AlertDetail>(json, s_json) ?? new AlertDetail();
        }
        catch (JsonException)
        {
            // Written by a later version.
            return new AlertDetail();
        }
    }
}
