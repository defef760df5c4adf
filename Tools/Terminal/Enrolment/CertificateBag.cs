using System.Buffers.Text;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace CopyTrack.Terminal.Enrolment;

/// <summary>
/// The certs-only CMS message of EST (RFC 7030 §4.1.3, RFC 5652 §5.1):
/// <c>ContentInfo { signedData, [0] SignedData { version, digestAlgorithms, encapContentInfo, [0] certificates, ... } }</c>.
/// </summary>
internal static class CertificateBag
{
    private const int MaxCertificates = 16;

    /// <summary>The certificates in a base64 body, in order. Throws <see cref="CryptographicException"/> when it is none or holds none.</summary>
    internal static IReadOnlyList<X509Certificate2> Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            var text = string.Concat(Encoding.ASCII.GetString(body).Where(c => !char.IsWhiteSpace(c)));
            if (!Base64.IsValid(text))
            {
                throw new CryptographicException("the server's answer is not base64");
            }
            var content = new AsnReader(Convert.FromBase64String(text), AsnEncodingRules.BER).ReadSequence();
            if (content.ReadObjectIdentifier() != "1.2.840.113549.1.7.2")
            {
                throw new CryptographicException("the server's answer holds no certificates");
            }
            var signed = content.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadSequence();
            _ = signed.ReadInteger();
            _ = signed.ReadEncodedValue();
            _ = signed.ReadEncodedValue();
            var found = new List<X509Certificate2>();
            var tag = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
            if (signed.HasData && signed.PeekTag().HasSameClassAndValue(tag))
            {
                for (var set = signed.ReadSetOf(skipSortOrderValidation: true, tag); set.HasData && found.Count < MaxCertificates;)
                {
                    found.Add(X509CertificateLoader.LoadCertificate(set.ReadEncodedValue().Span));
                }
            }
            return found.Count > 0 ? found : throw new CryptographicException("the server's answer holds no certificates");
        }
        catch (AsnContentException fault)
        {
            throw new CryptographicException("the server's answer is no certificate message", fault);
        }
    }
}
