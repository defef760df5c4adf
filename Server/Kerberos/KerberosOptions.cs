using System.Collections.Immutable;
using CopyTrack.Identity.Kerberos.Pkinit;
using CopyTrack.Identity.Kerberos.Transport;

namespace CopyTrack.Server.Kerberos;

/// <summary>Settings of logins through Kerberos (<c>Kerberos:</c>); without a realm there are none.</summary>
internal sealed record KerberosOptions
{
    /// <summary><c>Kerberos:Realm</c>, upper case.</summary>
    public required string Realm { get; init; }

    /// <summary><c>Kerberos:Realms</c>: further realms whose people may log in.</summary>
    public ImmutableArray<string> Realms { get; init; } = [];

    /// <summary><c>Kerberos:KeytabFile</c>: keys of our own service; null without.</summary>
    public string? KeytabFile { get; init; }

    /// <summary><c>Kerberos:Service</c>: our principal; null means the first one in the keytab.</summary>
    public string? Service { get; init; }

    /// <summary><c>Kerberos:Kdcs:REALM</c>: servers in order; a realm that is not named here is looked up in DNS.</summary>
    public ImmutableDictionary<string, ImmutableArray<KdcEndpoint>> Kdcs { get; init; } = ImmutableDictionary<string, ImmutableArray<KdcEndpoint>>.Empty;

    /// <summary><c>Kerberos:TimeoutSeconds</c>: how long a KDC may take for one answer, all its servers together. Shorter than a person's patience.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary><c>Kerberos:SmartCard</c>; null without anchors.</summary>
    public SmartCardOptions? SmartCard { get; init; }
}

/// <summary>Settings of smart cards (<c>Kerberos:SmartCard:</c>).</summary>
internal sealed record SmartCardOptions
{
    /// <summary><c>AnchorFile</c>: certificates (PEM) of the authorities that may have issued the KDC's.</summary>
    public required string AnchorFile { get; init; }

    /// <summary><c>IntermediateFile</c>: authorities in between that the KDC does not send.</summary>
    public string? IntermediateFile { get; init; }

    /// <summary><c>KdcHostNames</c>: names in the certificates of Active Directory's KDCs.</summary>
    public ImmutableArray<string> KdcHostNames { get; init; } = [];

    /// <summary><c>CrlFiles</c>: revocation lists; none means that revocation is not checked.</summary>
    public ImmutableArray<string> CrlFiles { get; init; } = [];

    /// <summary><c>Group</c>: modp14, modp16 or p256.</summary>
    public KeyAgreementGroup Group { get; init; } = KeyAgreementGroup.Modp14;

    /// <summary><c>RequireFreshness</c>.</summary>
    public bool RequireFreshness { get; init; }

    /// <summary><c>SignSeconds</c>: how long a person may take to type the card's PIN.</summary>
    public TimeSpan Sign { get; init; } = TimeSpan.FromSeconds(60);
}
