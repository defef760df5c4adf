using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CopyTrack.Accounting.Fleet;

/// <summary>
/// The outside of everything that agent and manager send each other (docs/fleet.md §3), the same over HTTPS and as a file:
/// <code>
/// CopyTrack-Fleet: 1 LF  Kind: KIND LF  NAME: VALUE LF …  Length: BODY-BYTES LF  Signature: BASE64 LF  LF  BODY
/// </code>
/// The signature is ECDSA over P-256 with SHA-256 (64 bytes, r and s) of everything before its line, one LF, and the body. The kind is signed, so that nothing can pass as something else.
/// </summary>
public sealed record FleetEnvelope(string Kind, ImmutableArray<(string Name, string Value)> Fields, ReadOnlyMemory<byte> Body)
{
    /// <summary>Longest envelope that is looked at.</summary>
    public const int MaxBytes = 768 * 1024;

    private const int MaxHead = 2048, MaxFields = 12, SignatureBytes = 64;
    private const string First = "CopyTrack-Fleet: 1\n";
    private static readonly byte[] s_signature = "\nSignature: "u8.ToArray(), s_agent = "\nAgent: "u8.ToArray();

    private ReadOnlyMemory<byte> _signed;
    private byte[] _seal = [];

    /// <summary>The value of a field; throws <see cref="FleetFormatException"/> naming it when it is missing.</summary>
    public string Field(string name)
    {
        foreach (var field in Fields)
        {
            if (field.Name == name)
            {
                return field.Value;
            }
        }

        throw new FleetFormatException($"the field {name} is missing");
    }

    /// <summary>A field as a number from 0 to 2^53; throws <see cref="FleetFormatException"/>.</summary>
    public long Number(string name) => long.TryParse(Field(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 1L << 53
        ? number : throw new FleetFormatException($"the field {name} is no number");

    /// <summary>A field as an instant; throws <see cref="FleetFormatException"/>.</summary>
    public DateTimeOffset Time(string name) =>
        DateTimeOffset.TryParseExact(Field(name), FleetTime.Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time : throw new FleetFormatException($"the field {name} is no time");

    /// <summary>The envelope's bytes, signed with <paramref name="key"/>. Throws <see cref="FleetFormatException"/> for a name or value that a line can't hold.</summary>
    public byte[] Seal(ECDsa key)
    {
        var head = new StringBuilder(First);
        foreach (var (name, value) in Fields.Prepend(("Kind", Kind)).Append(("Length", Body.Length.ToString(CultureInfo.InvariantCulture))))
        {
            if (!IsName(name) || !IsValue(value))
            {
                throw new FleetFormatException($"the field {name} can't be written");
            }

            head.Append(name).Append(": ").Append(value).Append('\n');
        }

        var start = Encoding.ASCII.GetBytes(head.ToString());
        var seal = key.SignHash(Digest(start, Body.Span));
        return [.. start, .. s_signature.AsSpan(1), .. Encoding.ASCII.GetBytes(Convert.ToBase64String(seal)), .. "\n\n"u8, .. Body.Span];
    }

    /// <summary>The agent that an envelope of any kind says it is of, without reading the rest of it; null when it names none. Nothing is proven by that.</summary>
    public static long? Claimed(ReadOnlySpan<byte> bytes)
    {
        var head = bytes[..Math.Min(bytes.Length, MaxHead)];
        var mark = head.IndexOf(s_agent);
        if (mark < 0)
        {
            return null;
        }

        var value = head[(mark + s_agent.Length)..];
        var end = value.IndexOf((byte)'\n');
        return end > 0 && long.TryParse(value[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var agent) ? agent : null;
    }

    /// <summary>
    /// Reads an envelope of a kind without checking its signature, because who signed it stands inside. Throws <see cref="FleetFormatException"/> for what is too long, cut short, longer
    /// than it says, of another kind or not in this form to the letter. <see cref="Body"/> is a slice of <paramref name="bytes"/>.
    /// </summary>
    public static FleetEnvelope Read(ReadOnlyMemory<byte> bytes, string kind)
    {
        var head = bytes.Span[..Math.Min(bytes.Length, MaxHead)];
        var mark = head.IndexOf(s_signature);
        var end = head.IndexOf("\n\n"u8);
        if (bytes.Length > MaxBytes || mark < 0 || end < mark)
        {
            throw new FleetFormatException(bytes.Length > MaxBytes ? "the envelope is too long" : "this is no fleet envelope");
        }

        var lines = Ascii(head[..(mark + 1)]);
        var fields = Parse(lines);
        var seal = new byte[SignatureBytes];
        if (fields is not [("Kind", var found), .., ("Length", _)] || found != kind
            || Base64.DecodeFromUtf8(head[(mark + s_signature.Length)..end], seal, out var used, out var written) != System.Buffers.OperationStatus.Done
            || written != SignatureBytes || used != end - mark - s_signature.Length)
        {
            throw new FleetFormatException($"this is no fleet envelope of kind {kind}");
        }

        var envelope = new FleetEnvelope(kind, [.. fields.Skip(1)], bytes[(end + 2)..]) { _signed = bytes[..(mark + 1)], _seal = seal };
        return envelope.Number("Length") == envelope.Body.Length ? envelope : throw new FleetFormatException("the body is not as long as its envelope says");
    }

    /// <summary>True when <paramref name="key"/> signed what <see cref="Read"/> read.</summary>
    public bool IsSignedBy(ECDsa key) => _seal.Length == SignatureBytes && key.VerifyHash(Digest(_signed.Span, Body.Span), _seal);

    private static byte[] Digest(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(head);
        hash.AppendData("\n"u8);
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }

    private static string Ascii(ReadOnlySpan<byte> bytes)
    {
        foreach (var octet in bytes)
        {
            if (octet is not ((>= (byte)' ' and <= (byte)'~') or (byte)'\n'))
            {
                throw new FleetFormatException("the envelope's head is no ASCII text");
            }
        }

        return Encoding.ASCII.GetString(bytes);
    }

    private static List<(string Name, string Value)> Parse(string lines)
    {
        if (!lines.StartsWith(First, StringComparison.Ordinal) || lines.Length == First.Length)
        {
            throw new FleetFormatException("this is no fleet envelope of version 1");
        }

        var fields = new List<(string, string)>();
        foreach (var line in lines[First.Length..^1].Split('\n'))
        {
            if (line.Split(": ", 2) is not [var name, var value] || !IsName(name) || !IsValue(value) || fields.Count == MaxFields || fields.Exists(f => f.Item1 == name))
            {
                throw new FleetFormatException("a line of the envelope's head can't be read");
            }

            fields.Add((name, value));
        }

        return fields;
    }

    private static bool IsName(string name) => name.Length is > 0 and <= 32 && name.All(c => char.IsAsciiLetter(c) || c == '-');

    private static bool IsValue(string value) => value.Length is > 0 and <= 512 && value.All(c => c is >= ' ' and <= '~');
}
