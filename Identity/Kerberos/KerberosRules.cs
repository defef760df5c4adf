using System.Collections.Immutable;
using CopyTrack.Identity.Kerberos.Messages;
using CopyTrack.Identity.Kerberos.Pkinit;

namespace CopyTrack.Identity.Kerberos;

/// <summary>What an exchange may rely on. Realms are upper case as everywhere in practice, and compared letter by letter.</summary>
public sealed record KerberosRules
{
    /// <summary>The realm of people who type no other.</summary>
    public required string Realm { get; init; }

    /// <summary>All realms whose people may come, the first one included. A KDC can't lead anywhere else.</summary>
    public required ImmutableHashSet<string> Realms { get; init; }

    /// <summary>Our own service, whose ticket proves the KDC.</summary>
    public required Principal Service { get; init; }

    /// <summary>The keys of our service.</summary>
    public required Keytab Keytab { get; init; }

    /// <summary>How far clocks may be apart (RFC 4120 §1.6 recommends 5 minutes).</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Most iterations of string-to-key that a KDC may ask for (RFC 3962 §8): about half a second on one core.</summary>
    public int MaxIterations { get; init; } = 262_144;

    /// <summary>Smart cards; null without.</summary>
    public PkinitRules? Pkinit { get; init; }
}
