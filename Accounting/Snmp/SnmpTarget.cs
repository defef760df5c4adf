using System.Net;
using System.Text;
using CopyTrack.Accounting.Snmp.Usm;

namespace CopyTrack.Accounting.Snmp;

/// <summary>Where an agent is and how it wants to be asked. The community is a password: it is never printed.</summary>
/// <param name="Address">IPv4 or IPv6 address.</param>
/// <param name="Port">UDP port, 161 as a rule.</param>
/// <param name="Version">Version of the messages. 2c falls back to 1 by itself where an agent knows only that; nothing falls back from 3.</param>
/// <param name="Community">Community of versions 1 and 2c, in the agent's bytes.</param>
public sealed record SnmpTarget(IPAddress Address, int Port, SnmpVersion Version, ReadOnlyMemory<byte> Community)
{
    /// <summary>How long the first try waits for an agent that has never answered, and the most that any try waits. The times of an agent that answers are learned.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often a request is sent again after the first time.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>The user of version 3; null for the others.</summary>
    public SnmpUser? User { get; init; }

    /// <summary>Name of the context that is asked for in version 3 (RFC 3411 §3.3.1.4); empty is the default one. HP's cards have supplies in <c>Jetdirect</c>.</summary>
    public string Context { get; init; } = "";

    /// <summary>A v2c target with a community of plain text.</summary>
    public static SnmpTarget V2c(IPAddress address, int port, string community) =>
        new(address, port, SnmpVersion.V2c, Encoding.UTF8.GetBytes(community));

    /// <summary>A v3 target.</summary>
    public static SnmpTarget V3(IPAddress address, int port, SnmpUser user, string context = "") =>
        new(address, port, SnmpVersion.V3, default) { User = user, Context = context };

    /// <summary>Equal when all of it is, the community by its octets.</summary>
    public bool Equals(SnmpTarget? other) => other is not null && Address.Equals(other.Address) && Port == other.Port && Version == other.Version &&
        Community.Span.SequenceEqual(other.Community.Span) && Timeout == other.Timeout && Retries == other.Retries && Equals(User, other.User) && Context == other.Context;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Address, Port, Version, User, Context);

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(Address).Append(':').Append(Port).Append(' ').Append(Version);
        if (User is not null)
        {
            builder.Append(' ').Append(User);
        }

        return true;
    }
}
