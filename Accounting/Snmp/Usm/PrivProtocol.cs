namespace CopyTrack.Accounting.Snmp.Usm;

/// <summary>
/// How a user's messages are encrypted: RFC 3414 §8 (DES-CBC), RFC 3826 (AES-128 in CFB mode), and AES with longer keys, which no standard
/// covers: makers stretch a digest that is shorter than the key in one of two ways.
/// </summary>
public enum PrivProtocol
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>usmDESPrivProtocol.</summary>
    Des,

    /// <summary>usmAesCfb128Protocol.</summary>
    Aes128,

    /// <summary>AES-192, key stretched as draft-blumenthal-aes-usm-04 §3.1.2.1 says.</summary>
    Aes192,

    /// <summary>AES-256, key stretched as draft-blumenthal-aes-usm-04 §3.1.2.1 says.</summary>
    Aes256,

    /// <summary>AES-192, key stretched as draft-reeder-snmpv3-usm-3desede-00 §2.1 says; the usual name is AES192C.</summary>
    Aes192Reeder,

    /// <summary>AES-256, key stretched as draft-reeder-snmpv3-usm-3desede-00 §2.1 says; the usual name is AES256C.</summary>
    Aes256Reeder,
}
