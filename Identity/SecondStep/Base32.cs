namespace CopyTrack.Identity.SecondStep;

/// <summary>Base 32 as people type it into an authenticator program (RFC 4648 §6), without padding.</summary>
public static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>The text of the bytes.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new char[((bytes.Length * 8) + 4) / 5];
        for (var at = 0; at < text.Length; at++)
        {
            var bit = at * 5;
            var pair = (bytes[bit / 8] << 8) | ((bit / 8) + 1 < bytes.Length ? bytes[(bit / 8) + 1] : 0);
            text[at] = Alphabet[(pair >> (11 - (bit % 8))) & 0x1F];
        }

        return new string(text);
    }
}
