using CopyTrack.Identity.Kerberos.Messages;

namespace CopyTrack.Identity.Kerberos;

/// <summary>How an exchange with the Kerberos servers ended: a closed set. Nothing but <see cref="Verified"/> may open anything.</summary>
public abstract record KerberosOutcome
{
    private KerberosOutcome() { }

    /// <summary>
    /// The KDC vouched for this person, and a ticket for our own service, opened with our own key, named the same person. The one case that grants.
    /// </summary>
    public sealed record Verified(Principal Client) : KerberosOutcome;

    /// <summary>Anything else. <see cref="Detail"/> is for administrators: names numbers and realms, never a secret.</summary>
    public sealed record Failed(KerberosCause Cause, string Detail) : KerberosOutcome;
}

/// <summary>Why nobody was verified. Which of them a person is told apart is decided elsewhere, in one table.</summary>
public enum KerberosCause
{
    /// <summary>No such person, or not their password. Also what a name gets that can't be a principal.</summary>
    WrongCredentials = 0,

    /// <summary>The right password, but it must be changed first; told only after the KDC proved the password by a ticket for its password service.</summary>
    PasswordExpired = 1,

    /// <summary>The KDC said "revoked": locked, disabled or expired; it says so before it looks at a password.</summary>
    AccountLocked = 2,

    /// <summary>The account's own end has passed; said before a password is looked at.</summary>
    AccountExpired = 3,

    /// <summary>A policy of the KDC, such as hours of work; said before a password is looked at.</summary>
    PolicyRefused = 4,

    /// <summary>No Kerberos server of the realm answered in time.</summary>
    Unreachable = 5,

    /// <summary>A Kerberos server answered that it can't work now.</summary>
    Unavailable = 6,

    /// <summary>The clocks of this server and the KDC are too far apart.</summary>
    ClockSkew = 7,

    /// <summary>No encryption type is common, or the KDC chose one that is not accepted (DES, RC4), or parameters out of bounds.</summary>
    WeakEncryption = 8,

    /// <summary>The KDC refused the request for a reason that lies in the set-up.</summary>
    KdcRefused = 9,

    /// <summary>An answer that does not belong to the question or can't be read: a broken or hostile server.</summary>
    BadReply = 10,

    /// <summary>Our own service's ticket does not open with our keytab: another's KDC, or a keytab that is out of date.</summary>
    KdcNotProven = 11,

    /// <summary>A realm that is not one of ours.</summary>
    RealmRefused = 12,

    /// <summary>The KDC or the check before it did not accept the card's certificate.</summary>
    CertificateRefused = 13,

    /// <summary>The card did not sign: pulled out, wrong PIN, cancelled, or no answer.</summary>
    CardFailed = 14,

    /// <summary>The KDC's own certificate is not to be trusted.</summary>
    KdcCertificateRefused = 15,
}
