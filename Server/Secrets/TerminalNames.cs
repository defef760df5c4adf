using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CopyTrack.Server.Secrets;

/// <summary>The name of a terminal in its certificate (docs/terminal-protocol.md §1).</summary>
internal static class TerminalNames
{
    private const string Prefix = "urn:copytrack:terminal:";
    private const string SubjectAltName = "2.5.29.17";
    private const int MaxId = 64;

    /// <summary>The SAN URI of a terminal.</summary>
    public static string UriOf(string terminalId) => Prefix + terminalId;

    /// <summary>The terminal id that a certificate names; null when it names none or more than one.</summary>
    public static string? Read(X509Certificate2 certificate)
    {
        string? found = null;
        foreach (var extension in certificate.Extensions)
        {
            if (extension.Oid?.Value != SubjectAltName)
            {
                continue;
            }
            try
            {
                var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
                while (names.HasData)
                {
                    var uri = new Asn1Tag(TagClass.ContextSpecific, 6);
                    if (!names.PeekTag().HasSameClassAndValue(uri))
                    {
                        names.ReadEncodedValue();
                        continue;
                    }
                    var name = names.ReadCharacterString(UniversalTagNumber.IA5String, uri);
                    if (!name.StartsWith(Prefix, StringComparison.Ordinal))
                    {
                        continue;
                    }
                    var id = name[Prefix.Length..];
                    if (found is not null || id.Length is 0 or > MaxId)
                    {
                        return null;
                    }
                    found = id;
                }
            }
            catch (Exception ex) when (ex is AsnContentException or CryptographicException)
            {
                return null;
            }
        }
        return found;
    }
}
