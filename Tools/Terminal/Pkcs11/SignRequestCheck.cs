using System.Formats.Asn1;
using System.Security.Cryptography;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Terminal.Pkcs11;

/// <summary>
/// The check that keeps a server from signing anything else with the card (docs/terminal-protocol.md §4, <c>card.sign</c>): the attributes hold exactly the content
/// type of PKINIT and the digest of the content that came with them.
/// </summary>
internal static class SignRequestCheck
{
    private const string ContentType = "1.2.840.113549.1.9.3", MessageDigest = "1.2.840.113549.1.9.4", AuthData = "1.3.6.1.5.2.3.1";

    /// <summary>True when the card may sign. False for anything else, also what can't be read.</summary>
    internal static bool Allows(CardSign request)
    {
        try
        {
            var outer = new AsnReader(request.ToBeSigned, AsnEncodingRules.DER);
            var set = outer.ReadSetOf();
            outer.ThrowIfNotEmpty();
            var first = Attribute(set, ContentType);
            var typed = first.ReadObjectIdentifier() == AuthData;
            first.ThrowIfNotEmpty();
            var second = Attribute(set, MessageDigest);
            var digested = second.ReadOctetString().AsSpan().SequenceEqual(SHA256.HashData(request.Content.Span));
            second.ThrowIfNotEmpty();
            return typed && digested && !set.HasData && LooksLikeAuthPack(request.Content);
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    // DER sorts a SET OF: the shorter attribute, the content type, comes first.
    private static AsnReader Attribute(AsnReader set, string type)
    {
        var attribute = set.ReadSequence();
        if (attribute.ReadObjectIdentifier() != type)
        {
            throw new AsnContentException("another attribute");
        }
        var values = attribute.ReadSetOf();
        attribute.ThrowIfNotEmpty();
        return values;
    }

    /// <summary>AuthPack ::= SEQUENCE { pkAuthenticator [0] SEQUENCE ..., ... } (RFC 4556 §3.2.1).</summary>
    private static bool LooksLikeAuthPack(ReadOnlyMemory<byte> content)
    {
        var outer = new AsnReader(content, AsnEncodingRules.DER);
        var pack = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        pack.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true)).ReadSequence();
        return true;
    }
}
