namespace CopyTrack.Identity.Kerberos.Pkinit;

/// <summary>Object identifiers of CMS (RFC 5652), its algorithms, and PKINIT (RFC 4556).</summary>
internal static class CmsOids
{
    internal const string SignedData = "1.2.840.113549.1.7.2";
    internal const string ContentType = "1.2.840.113549.1.9.3";
    internal const string MessageDigest = "1.2.840.113549.1.9.4";
    internal const string AuthData = "1.3.6.1.5.2.3.1";
    internal const string DhKeyData = "1.3.6.1.5.2.3.2";
    internal const string KdcPurpose = "1.3.6.1.5.2.3.5";
    internal const string PrincipalSan = "1.3.6.1.5.2.2";
    internal const string UpnSan = "1.3.6.1.4.1.311.20.2.3";
    internal const string Sha1 = "1.3.14.3.2.26";
    internal const string Sha256 = "2.16.840.1.101.3.4.2.1";
    internal const string Sha384 = "2.16.840.1.101.3.4.2.2";
    internal const string Sha512 = "2.16.840.1.101.3.4.2.3";
    internal const string Rsa = "1.2.840.113549.1.1.1";
    internal const string RsaSha256 = "1.2.840.113549.1.1.11";
    internal const string EcdsaSha256 = "1.2.840.10045.4.3.2";
    internal const string EcPublicKey = "1.2.840.10045.2.1";
    internal const string SubjectAlternativeName = "2.5.29.17";
}
