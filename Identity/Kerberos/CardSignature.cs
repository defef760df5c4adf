namespace CopyTrack.Identity.Kerberos;

/// <summary>
/// What a card is asked to sign (docs/terminal-protocol.md §4, <c>card.sign</c>): the DER of the CMS signed attributes, and the content whose digest they hold.
/// </summary>
public sealed record CardSignature(string Algorithm, byte[] ToBeSigned, byte[] Content);

/// <summary>What came of it: a closed set.</summary>
public abstract record CardAnswer
{
    private CardAnswer() { }

    /// <summary>The signature: PKCS#1 v1.5 for RS256, r and s of 32 bytes each for ES256.</summary>
    public sealed record Signed(byte[] Signature) : CardAnswer;

    /// <summary>No signature; the reason is a word for the terminal (<c>cardRemoved</c>, <c>wrongCardPin</c>, <c>noAnswer</c>, ...).</summary>
    public sealed record None(string Reason) : CardAnswer;
}
