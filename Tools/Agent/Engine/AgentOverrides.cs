using System.Collections.Immutable;

namespace CopyTrack.Agent;

/// <summary>What the owner set on the agent's page: counts before the file of settings, and is kept in the state folder. Null leaves the file's word.</summary>
public sealed record AgentOverrides(ImmutableArray<string>? Ranges, int? CounterSeconds, int? InventorySeconds, bool? HideAddresses, bool? AllowRequests)
{
    /// <summary>The settings with these in their place.</summary>
    public AgentSettings ApplyTo(AgentSettings settings) => settings with
    {
        Ranges = Ranges ?? settings.Ranges, CounterSeconds = CounterSeconds ?? settings.CounterSeconds, InventorySeconds = InventorySeconds ?? settings.InventorySeconds,
        HideAddresses = HideAddresses ?? settings.HideAddresses, AllowRequests = AllowRequests ?? settings.AllowRequests,
    };
}
