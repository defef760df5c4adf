using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using CopyTrack.Identity.Kerberos.Messages;

namespace CopyTrack.Identity.Kerberos.Pkinit;

/// <summary>The names in a certificate's subjectAltName that Kerberos cares for. Throws <see cref="AsnContentException"/> for an extension that can't be read.</summary>
internal sealed record CertificateNames(List<Principal> Principals, List<string> UserPrincipalNames, List<string> DnsNames)
{
    private const int MaxNames = 64;

    internal static CertificateNames Of(X509Certificate2 certificate)
    {
        var names = new CertificateNames([], [], []);
        foreach (var extension in certificate.Extensions.Where(e => e.Oid?.Value == CmsOids.SubjectAlternativeName))
        {
            names.Read(extension.RawData);
        }

        return names;
    }

    private void Read(byte[] extension)
    {
        var reader = new AsnReader(extension, AsnEncodingRules.DER);
        reader.List(MaxNames, r =>
        {
            var tag = r.PeekTag();
            if (tag == new Asn1Tag(TagClass.ContextSpecific, 2))
            {
                DnsNames.Add(r.ReadCharacterString(UniversalTagNumber.IA5String, tag));
            }
            else if (tag == KerberosDer.Context(0))
            {
                Other(r.ReadSequence(KerberosDer.Context(0)));
            }
            else
            {
                r.ReadEncodedValue();
            }

            return true;
        });
        reader.ThrowIfNotEmpty();
    }

    private void Other(AsnReader name)
    {
        var oid = name.ReadObjectIdentifier();
        var value = name.Member(0);
        if (oid == CmsOids.PrincipalSan)
        {
            var sequence = value.ReadSequence();
            var realm = sequence.Member(0).Only(KerberosDer.Text);
            Principals.Add(new Principal(sequence.Member(1).Only(PrincipalName.Read), realm));
        }
        else if (oid == CmsOids.UpnSan)
        {
            UserPrincipalNames.Add(value.ReadCharacterString(UniversalTagNumber.UTF8String));
        }
    }
}
