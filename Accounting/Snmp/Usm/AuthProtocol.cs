namespace CopyTrack.Accounting.Snmp.Usm;

/// <summary>How a user's messages are signed: RFC 3414 §6 and §7 (MD5, SHA-1), RFC 7860 (SHA-2).</summary>
public enum AuthProtocol
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>usmHMACMD5AuthProtocol.</summary>
    Md5,

    /// <summary>usmHMACSHAAuthProtocol.</summary>
    Sha1,

    /// <summary>usmHMAC128SHA224AuthProtocol.</summary>
    Sha224,

    /// <summary>usmHMAC192SHA256AuthProtocol.</summary>
    Sha256,

    /// <summary>usmHMAC256SHA384AuthProtocol.</summary>
    Sha384,

    /// <summary>usmHMAC384SHA512AuthProtocol.</summary>
    Sha512,
}
