using System.Collections.Immutable;

namespace CopyTrack.Terminal.Machine;

/// <summary>What the machine is told once: who it is and how long it waits. <see cref="Seed"/> is random text of this run; attempts and local ids are made from it.</summary>
internal sealed record TerminalPolicy(
    string Seed, string Vendor, string Model, string Firmware, ImmutableArray<string> Capabilities, bool OfflineWanted,
    TimeSpan OfflineAfter, TimeSpan LoginWait, TimeSpan PinWait, TimeSpan Heartbeat, TimeSpan ReconnectMin, TimeSpan ReconnectMax);
