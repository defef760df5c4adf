using System.Net;
using CopyTrack.MfpSimulator.Agent;
using CopyTrack.MfpSimulator.Models;
using CopyTrack.MfpSimulator.Panels;

namespace CopyTrack.MfpSimulator.Device;

/// <summary>One device to simulate.</summary>
public sealed record MfpSetup
{
    /// <summary>What it is.</summary>
    public required MfpModel Model { get; init; }

    /// <summary>Where its agent listens.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>UDP port; 0 = a free one, told by <see cref="SimulatedMfp.EndPoint"/>. -1 = no agent.</summary>
    public int Port { get; init; }

    /// <summary>Community that reads; any other gets no answer.</summary>
    public string Community { get; init; } = "public";

    /// <summary>Serial number in place of the recorded one; null keeps it.</summary>
    public string? Serial { get; init; }

    /// <summary>How late counters are.</summary>
    public CounterLag Lag { get; init; } = new();

    /// <summary>Faults at the start.</summary>
    public AgentFaults Faults { get; init; } = AgentFaults.None;

    /// <summary>The lock on its panel.</summary>
    public IPanel Panel { get; init; } = new OpenPanel();

    /// <summary>True: somebody fills an empty tray after 45 s and changes empty toner.</summary>
    public bool AutoRefill { get; init; } = true;

    /// <summary>Seed of its randomness; equal seeds, jobs and times give equal runs.</summary>
    public int Seed { get; init; } = 1;
}
