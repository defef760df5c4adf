using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;

namespace CopyTrack.Identity.Kerberos.Pkinit;

/// <summary>What smart card logins rely on.</summary>
public sealed record PkinitRules
{
    /// <summary>The authorities that may have issued the KDC's certificate; no other is trusted, the system's neither.</summary>
    public required ImmutableArray<X509Certificate2> Anchors { get; init; }

    /// <summary>Authorities between anchor and KDC that the KDC does not send itself.</summary>
    public ImmutableArray<X509Certificate2> Intermediates { get; init; } = [];

    /// <summary>
    /// DNS names one of which an Active Directory KDC's certificate must carry, since it has no krbtgt name. Empty: only the krbtgt name counts.
    /// </summary>
    public ImmutableArray<string> KdcHostNames { get; init; } = [];

    /// <summary>Revocation lists; null when revocation is not checked, else each certificate of the chain needs one in force.</summary>
    public ImmutableArray<RevocationList>? RevocationLists { get; init; }

    /// <summary>The group that is offered first; the KDC may ask for another one of ours.</summary>
    public KeyAgreementGroup Group { get; init; } = KeyAgreementGroup.Modp14;

    /// <summary>True to refuse a KDC that gives no freshness token (RFC 8070).</summary>
    public bool RequireFreshness { get; init; }
}

/// <summary>Groups of the key agreement: RFC 3526 numbers 14 and 16, and NIST P-256 (RFC 5349).</summary>
public enum KeyAgreementGroup
{
    /// <summary>2048 bits.</summary>
    Modp14 = 0,

    /// <summary>4096 bits.</summary>
    Modp16 = 1,

    /// <summary>NIST P-256.</summary>
    P256 = 2,
}
