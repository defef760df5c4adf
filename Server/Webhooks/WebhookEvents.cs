using System.Collections.Immutable;
using System.Text.Json;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Alerts;

namespace CopyTrack.Server.Webhooks;

/// <summary>The kinds of events that webhooks may ask for, and which one a message of the outbox is.</summary>
internal static class WebhookEvents
{
    public const string SessionSettled = "session.settled", Alert = "alert", PanelBypass = "panel.bypass", SupplyLow = "supply.low";

    /// <summary>Of alert rules and the fleet; their topics in the outbox are called the same.</summary>
    public const string AlertRaised = AlertTopics.Raised, AlertResolved = AlertTopics.Resolved, AlertNoted = AlertTopics.Noted, AgentStale = AlertTopics.AgentStale, DeviceStale = AlertTopics.DeviceStale, ReadsReady = AlertTopics.ReadsReady;

    /// <summary>All kinds in the order in which they are shown.</summary>
    public static ImmutableArray<string> All { get; } = [SessionSettled, Alert, PanelBypass, SupplyLow, AlertRaised, AlertResolved, AlertNoted, AgentStale, DeviceStale, ReadsReady];

    /// <summary>The kinds of a list with `;` between, in order and each once; null and what is wrong for a list that is empty or names another kind.</summary>
    public static string? Read(IEnumerable<string> kinds, out string? fault)
    {
        string[] wanted = [.. kinds.Select(k => k.Trim()).Where(k => k.Length > 0)];
        fault = wanted.Length == 0 ? $"at least one kind of event is needed: {string.Join(", ", All)}"
            : wanted.FirstOrDefault(k => !All.Contains(k)) is { } other ? $"'{(other.Length > 40 ? other[..40] : other)}' is no kind of event; there are {string.Join(", ", All)}" : null;
        return fault is null ? string.Join(';', All.Where(k => wanted.Contains(k, StringComparer.Ordinal))) : null;
    }

    /// <summary>
    /// Which kind of event a message is for a webhook that asks for <paramref name="events"/>; null when it asks for none such. A bypass is an alert too, and comes once: as <c>panel.bypass</c> where that is
    /// asked for.
    /// </summary>
    public static string? KindOf(string topic, string payload, string events)
    {
        var wanted = events.Split(';');
        return topic switch
        {
            "alert" => IsBypass(payload) && wanted.Contains(PanelBypass) ? PanelBypass : wanted.Contains(Alert) ? Alert : null,
            _ => wanted.Contains(topic) ? topic : null,
        };
    }

    private static bool IsBypass(string payload)
    {
        try
        {
            return StateDocument.ReadData(payload).GetValueOrDefault("kind") == "panelBypass";
        }
        catch (JsonException)
        {
            // Written by a later version; an alert all the same.
            return false;
        }
    }
}
