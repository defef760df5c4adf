using CopyTrack.Agent.Sending;

namespace CopyTrack.Agent;

/// <summary>
/// How an agent stands, for its owner: intervals that hold, what this machine's disk does not take (empty: it takes all), messages that did not arrive (the newest last; those of before a restart too), and
/// serial numbers that more than one device tells.
/// </summary>
public sealed record AgentHealth(AgentIntervals Intervals, IReadOnlyList<string> Faults, IReadOnlyList<MessageEnd> Ends, IReadOnlyList<SharedSerial> SharedSerials);

/// <summary>A serial number that the devices at these addresses tell.</summary>
public sealed record SharedSerial(string Serial, IReadOnlyList<string> Addresses);
