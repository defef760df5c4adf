using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace CopyTrack.Server.Gateway;

/// <summary>The terminals port (section <c>Terminals</c> of the configuration).</summary>
public sealed record GatewayOptions
{
    /// <summary>Address to listen on; <see cref="IPAddress.IPv6Any"/> (default) means all, IPv4 included.</summary>
    public IPAddress Address { get; init; } = IPAddress.IPv6Any;

    /// <summary>TCP port; 0 takes any free one. Default 7443.</summary>
    public int Port { get; init; } = 7443;

    /// <summary>Seconds between two signs of life; three without one end a connection. Default 30.</summary>
    public int HeartbeatSeconds { get; init; } = 30;

    /// <summary>Most connections at once, handshakes included. Default 12,000: twice the terminals of the largest site that one node is meant for.</summary>
    public int MaxConnections { get; init; } = 12_000;

    /// <summary>Most TLS handshakes of one address at once; more wait their turn. Default 64: two cores finish that many in a fifth of a second.</summary>
    public int HandshakesPerAddress { get; init; } = 64;

    /// <summary>Seconds that a TLS handshake may take. Default 10.</summary>
    public int HandshakeSeconds { get; init; } = 10;

    /// <summary>Bytes that may wait for a terminal that does not read. Default 256 KiB, four of the longest lines.</summary>
    public int MaxQueuedBytes { get; init; } = 262_144;

    /// <summary>Seconds that one write may take before the terminal counts as gone. Default 30.</summary>
    public int WriteSeconds { get; init; } = 30;

    /// <summary>Seconds that requests in flight get to finish when the server ends. Default 5.</summary>
    public int DrainSeconds { get; init; } = 5;

    /// <summary>What terminals are told to wait before they come back after a planned end; spread by up to as much again. Default 5.</summary>
    public int RetryAfterSeconds { get; init; } = 5;

    /// <summary>CAs that an administrator added, each for listed terminals only.</summary>
    public ImmutableArray<AddedAuthority> AddedAuthorities { get; init; } = [];

    /// <summary>Returns the options; throws <see cref="ArgumentException"/> that names the key and the reason for a value that can't be.</summary>
    public GatewayOptions Validated()
    {
        Check(Port is >= 0 and <= 65_535, "Port: must be from 0 to 65535");
        Check(HeartbeatSeconds is >= 1 and <= 3_600, "HeartbeatSeconds: must be from 1 to 3600");
        Check(MaxConnections >= 1, "MaxConnections: must be at least 1");
        Check(HandshakesPerAddress >= 1, "HandshakesPerAddress: must be at least 1");
        Check(HandshakeSeconds is >= 1 and <= 600, "HandshakeSeconds: must be from 1 to 600");
        Check(MaxQueuedBytes >= 2 * 65_536, "MaxQueuedBytes: must be at least 131072, two of the longest lines");
        Check(WriteSeconds is >= 1 and <= 600, "WriteSeconds: must be from 1 to 600");
        Check(DrainSeconds is >= 0 and <= 60, "DrainSeconds: must be from 0 to 60");
        Check(RetryAfterSeconds is >= 0 and <= 3_600, "RetryAfterSeconds: must be from 0 to 3600");
        return this;
    }

    private static void Check(bool good, string fault)
    {
        if (!good)
        {
            throw new ArgumentException("Terminals:" + fault);
        }
    }
}

/// <summary>A foreign CA whose certificates count for the listed terminal ids and for no other.</summary>
public sealed record AddedAuthority(X509Certificate2 Certificate, FrozenSet<string> TerminalIds);
