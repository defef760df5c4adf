using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace CopyTrack.Server.Enrolment;

/// <summary>A checked request for a certificate: its key, and the hash by which a repeated request is known.</summary>
internal sealed record RequestedKey(PublicKey Key, byte[] Hash);

/// <summary>Reads the PKCS#10 bodies that EST clients send (RFC 7030 §4.2.1): base64, with or without PEM lines, or the plain DER.</summary>
internal static class CertificateRequestReader
{
    private const string Rsa = "1.2.840.113549.1.1.1", Ec = "1.2.840.10045.2.1", P256 = "1.2.840.10045.3.1.7", P384 = "1.3.132.0.34";

    /// <summary>
    /// The key of a request whose signature proves its possession, or null with the fault in plain words. Subject and names of the request are ignored.
    /// </summary>
    public static RequestedKey? Read(ReadOnlySpan<byte> body, out string fault)
    {
        fault = "the body is no PKCS#10 request in base64";
        if (Decode(body) is not { } der)
        {
            return null;
        }
        try
        {
            var request = CertificateRequest.LoadSigningRequest(der, HashAlgorithmName.SHA256, out var consumed, CertificateRequestLoadOptions.Default, RSASignaturePadding.Pkcs1);
            if (consumed != der.Length)
            {
                return null;
            }
            fault = "the key must be ECDSA P-256 or P-384, or RSA of 2048 to 8192 bits";
            return IsGood(request.PublicKey) ? new RequestedKey(request.PublicKey, SHA256.HashData(request.PublicKey.ExportSubjectPublicKeyInfo())) : null;
        }
        catch (Exception ex) when (ex is CryptographicException or NotSupportedException or ArgumentException)
        {
            fault = "the request, its key or its signature is not good";
            return null;
        }
    }

    private static byte[]? Decode(ReadOnlySpan<byte> body)
    {
        if (body.Length > 0 && body[0] == 0x30)
        {
            return body.ToArray();
        }
        var text = Encoding.Latin1.GetString(body);
        var base64 = PemEncoding.TryFind(text, out var pem) ? text[pem.Base64Data] : text;
        try
        {
            var der = Convert.FromBase64String(base64);
            return der.Length == 0 ? null : der;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static bool IsGood(PublicKey key)
    {
        switch (key.Oid.Value)
        {
            case Rsa:
                using (var rsa = key.GetRSAPublicKey())
                {
                    return rsa is { KeySize: >= 2_048 and <= 8_192 };
                }
            case Ec:
                using (var ec = key.GetECDsaPublicKey())
                {
                    var curve = ec?.ExportParameters(false).Curve;
                    return curve is { IsNamed: true } named && named.Oid.Value is P256 or P384;
                }
            default:
                return false;
        }
    }
}
