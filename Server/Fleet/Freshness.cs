using CopyTrack.Server.Data.Fleet;

namespace CopyTrack.Server.Fleet;

/// <summary>How agents and devices stand, in one word each.</summary>
internal static class Freshness
{
    /// <summary><c>revoked</c>, <c>waiting</c> (for its enrolment), <c>stale</c> (nothing new that was good for too long), <c>unheard</c> (enrolled, and nothing good came yet), else <c>good</c>.</summary>
    public static string Of(FleetAgentRow agent, FleetOptions options, DateTimeOffset now) =>
        agent.RevokedAt is not null ? "revoked"
        : agent.EnrolledAt is not { } enrolled ? "waiting"
        : now - (agent.LastNewAt ?? enrolled) > options.Stale ? "stale"
        : agent.LastNewAt is null ? "unheard"
        : "good";

    /// <summary><c>silent</c> (its agent says so), <c>stale</c> (nothing was told of it for too long), else <c>good</c>.</summary>
    public static string Of(FleetDeviceRow device, FleetOptions options, DateTimeOffset now) =>
        device.SilentSince is not null ? "silent"
        : now - (device.ReadingAt ?? device.InventoryAt ?? device.FirstSeenAt) > options.Stale ? "stale"
        : "good";
}
