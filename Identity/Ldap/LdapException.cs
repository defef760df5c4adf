namespace CopyTrack.Identity.Ldap;

/// <summary>The peer sent what RFC 4511 does not allow, or more than our bounds; the message says what, never a value.</summary>
public sealed class LdapFormatException(string message) : Exception(message);

/// <summary>Something with a directory server went wrong. <see cref="Exception.Message"/> is the text for the admin: cause and next step, no secret.</summary>
public sealed class LdapException(LdapCause cause, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Which of the known causes it is.</summary>
    public LdapCause Cause { get; } = cause;

    /// <summary>The result code of the server when it sent one (RFC 4511 §4.1.9).</summary>
    public int? ResultCode { get; init; }
}

/// <summary>Why a conversation with a directory failed. The numbers are stored: append only.</summary>
public enum LdapCause
{
    /// <summary>Nothing went wrong.</summary>
    None = 0,

    /// <summary>The host name has no address.</summary>
    NameUnknown = 1,

    /// <summary>Nobody listens on the port, or a firewall says no.</summary>
    Refused = 2,

    /// <summary>No connection within the time.</summary>
    ConnectTimeout = 3,

    /// <summary>The server's TLS fails before a certificate can be judged.</summary>
    TlsFailed = 4,

    /// <summary>No trusted CA signed the server's certificate.</summary>
    CertificateUntrusted = 5,

    /// <summary>The certificate is for another host name.</summary>
    CertificateName = 6,

    /// <summary>The certificate is outside its time.</summary>
    CertificateExpired = 7,

    /// <summary>The server does not start TLS; nothing secret was sent.</summary>
    StartTlsRefused = 8,

    /// <summary>Wrong name or password of the reading account (result 49).</summary>
    BindRefused = 9,

    /// <summary>The reading account itself is disabled, expired, locked, or its password ended.</summary>
    BindAccount = 10,

    /// <summary>The server wants another kind of bind (results 7, 8, 13, 48).</summary>
    BindKind = 11,

    /// <summary>The base of the search does not exist (result 32).</summary>
    NoSuchBase = 12,

    /// <summary>The account may not read there (result 50).</summary>
    AccessRefused = 13,

    /// <summary>A limit of the server cut the answer off (results 3, 4, 11).</summary>
    LimitReached = 14,

    /// <summary>The server says it is busy, shutting down or unavailable (51, 52, 53, 80).</summary>
    Unavailable = 15,

    /// <summary>The server does not know a control that was needed (result 12).</summary>
    ControlUnsupported = 16,

    /// <summary>The server wants the listing to start over (result 4096, or a position that it does not know).</summary>
    RefreshRequired = 17,

    /// <summary>The whole answer is a referral (result 10): another server has this part.</summary>
    ReferredElsewhere = 18,

    /// <summary>The connection ended in the middle.</summary>
    ConnectionLost = 19,

    /// <summary>The server did not answer in time.</summary>
    Timeout = 20,

    /// <summary>The peer broke the protocol or sent more than the bounds allow.</summary>
    Protocol = 21,

    /// <summary>Pages that never end.</summary>
    EndlessPages = 22,

    /// <summary>Any other result code.</summary>
    Other = 23,
}
