using System.Net;
using System.Text;

namespace CopyTrack.Accounting.Snmp;

/// <summary>Where an agent is and how it wants to be asked. The community is a password: it is never printed.</summary>
/// <param name="Address">IPv4 or IPv6 address.</param>
/// <param name="Port">UDP port, 161 as a rule.</param>
/// <param name="Version">Version of the messages.</param>
/// <param name="Community">Community, in the agent's bytes.</param>
public sealed record SnmpTarget(IPAddress Address, int Port, SnmpVersion Version, ReadOnlyMemory<byte> Community)
{
    /// <summary>How long the first try waits for an agent that has never answered, and the most that any try waits. The times of an agent that answers are learned.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often a request is sent again after the first time.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>A v2c target with a community of plain text.</summary>
    public static SnmpTarget V2c(IPAddress address, int port, string community) =>
        new(address, port, SnmpVersion.V2c, Encoding.UTF8.GetBytes(community));

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(Address).Append(':').Append(Port).Append(' ').Append(Version);
        return true;
    }
}
