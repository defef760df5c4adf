using System.Collections.Immutable;

namespace CopyTrack.Identity.Ldap;

/// <summary>How deep a search goes (RFC 4511 §4.5.1.2).</summary>
public enum LdapScope
{
    /// <summary>The base alone.</summary>
    Base = 0,

    /// <summary>Directly below the base.</summary>
    One = 1,

    /// <summary>The base and all below it.</summary>
    Subtree = 2,
}

/// <summary>A search request.</summary>
/// <param name="BaseDn">Where it begins; empty for the root DSE.</param>
/// <param name="Scope">How deep it goes.</param>
/// <param name="Filter">Whom it finds.</param>
/// <param name="Attributes">What it asks of them.</param>
public sealed record LdapSearch(string BaseDn, LdapScope Scope, LdapFilter Filter, ImmutableArray<string> Attributes)
{
    /// <summary>Most entries; 0 leaves it to the server.</summary>
    public int SizeLimit { get; init; }
}
