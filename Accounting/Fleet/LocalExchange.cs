using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CopyTrack.Accounting.Fleet;

/// <summary>
/// What a site's agent and a LocalAgent say to each other, one exchange for each connection:
/// <code>
/// CopyTrack-Local: 1 NONCE LF                      the agent's question, 32 hexadecimal digits
/// CopyTrack-Local: 1 LENGTH HMAC LF BODY           the answer: HMAC-SHA-256 by the shared key over "local", LF, nonce, LF and body
/// </code>
/// The body is a packed message (docs/fleet.md §2). The question gives nobody a right: what printers say is on the network anyway; the key proves to the agent whose answer it is.
/// </summary>
public static class LocalExchange
{
    /// <summary>The port when the settings name no other.</summary>
    public const int DefaultPort = 9148;

    /// <summary>Longest question and longest head of an answer, in octets, LF included.</summary>
    public const int MostHead = 128;

    /// <summary>Longest body that is taken, in octets.</summary>
    public const int MostBody = FleetEnvelope.MaxBytes;

    private const string Mark = "CopyTrack-Local: 1 ";
    private const int NonceDigits = 32, HmacDigits = 64;

    /// <summary>A new question.</summary>
    public static (string Nonce, byte[] Line) Question()
    {
        var nonce = RandomNumberGenerator.GetHexString(NonceDigits, lowercase: true);
        return (nonce, Encoding.ASCII.GetBytes($"{Mark}{nonce}\n"));
    }

    /// <summary>The nonce of a question without its LF; null for what is none.</summary>
    public static string? ReadQuestion(ReadOnlySpan<byte> line) => Encoding.Latin1.GetString(line) is var text && text.Length == Mark.Length + NonceDigits
        && text.StartsWith(Mark, StringComparison.Ordinal) && text[Mark.Length..] is var nonce && nonce.All(char.IsAsciiHexDigitLower) ? nonce : null;

    /// <summary>The whole answer.</summary>
    public static byte[] Answer(string nonce, ReadOnlySpan<byte> body, ReadOnlySpan<byte> key) =>
        [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Mark}{body.Length} {Convert.ToHexStringLower(Hmac(nonce, body, key))}\n")), .. body];

    /// <summary>Length of the body and what must be its HMAC, from the head of an answer without its LF. Throws <see cref="FleetFormatException"/>.</summary>
    public static (int Length, byte[] Hmac) ReadHead(ReadOnlySpan<byte> line)
    {
        var text = Encoding.Latin1.GetString(line);
        return text.StartsWith(Mark, StringComparison.Ordinal) && text[Mark.Length..].Split(' ') is [var length, { Length: HmacDigits } hmac]
            && int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var octets) && octets is > 0 and <= MostBody && hmac.All(char.IsAsciiHexDigitLower)
            ? (octets, Convert.FromHexString(hmac)) : throw new FleetFormatException("what answers is no LocalAgent");
    }

    /// <summary>The message in an answer; throws <see cref="FleetFormatException"/> when the key did not make it or it is no message.</summary>
    public static FleetMessage Read(string nonce, ReadOnlyMemory<byte> body, ReadOnlySpan<byte> hmac, ReadOnlySpan<byte> key) =>
        CryptographicOperations.FixedTimeEquals(Hmac(nonce, body.Span, key), hmac)
            ? FleetMessageReader.Read(FleetPacking.Unpack(body)) : throw new FleetFormatException("the LocalAgent has another key");

    private static byte[] Hmac(string nonce, ReadOnlySpan<byte> body, ReadOnlySpan<byte> key)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(Encoding.ASCII.GetBytes($"local\n{nonce}\n"));
        hmac.AppendData(body);
        return hmac.GetHashAndReset();
    }
}
