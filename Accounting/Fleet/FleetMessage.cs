using System.Collections.Immutable;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Meters;

namespace CopyTrack.Accounting.Fleet;

/// <summary>What an agent tells its manager in one go (docs/fleet.md §2). It holds no jobs, documents or people, because the types that it is made of have no place for them.</summary>
public sealed record FleetMessage
{
    /// <summary>Most devices in one message.</summary>
    public const int MaxDevices = 200;

    /// <summary>Id that the manager gave the agent at enrolment.</summary>
    public required string Agent { get; init; }

    /// <summary>Number of the message: 1, 2, 3 …, never used twice by one agent.</summary>
    public required long Sequence { get; init; }

    /// <summary>The agent's clock when the message was made; all times of readings are told relative to it.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>The agent's version, for the manager's list.</summary>
    public required string Program { get; init; }

    /// <summary>What is told, each device at most once.</summary>
    public ImmutableArray<FleetRecord> Devices { get; init; } = [];
}

/// <summary>What is told of one device: its meters, or what it is and how it stands, or that it is silent; any of them together.</summary>
public sealed record FleetRecord
{
    /// <summary>The agent's own stable name of the device; opaque to the manager, and it tells no address.</summary>
    public required string Key { get; init; }

    /// <summary>Where it is in its network; null when the agent's owner keeps that.</summary>
    public string? Address { get; init; }

    /// <summary>Its meters; the trigger is always <see cref="ReadingTrigger.Idle"/> and the token 0.</summary>
    public MeterReading? Reading { get; init; }

    /// <summary>What it is and how it stands: identity, status, supplies, trays, alerts and shown counters (without their OIDs). Nothing else of a probe is told.</summary>
    public ProbeReport? Inventory { get; init; }

    /// <summary>When that was read; null without <see cref="Inventory"/>.</summary>
    public DateTimeOffset? InventoryAt { get; init; }

    /// <summary>Why it did not answer; null when it did.</summary>
    public string? Silent { get; init; }

    /// <summary>Since when it has not answered; null when it did.</summary>
    public DateTimeOffset? SilentSince { get; init; }
}

/// <summary>A message, envelope or acknowledgement that is none; the text names the cause for an administrator and holds nothing of the content.</summary>
public sealed class FleetFormatException(string message, Exception? inner = null) : Exception(message, inner);
