using System.Buffers;
using System.Collections.Immutable;
using System.Text;

namespace CopyTrack.Accounting.Mail;

/// <summary>One reply of a mail server (RFC 5321 §4.2): three digits and the text of each line.</summary>
/// <param name="Code">200 to 599.</param>
/// <param name="Lines">Texts without code; printable ASCII, at least one.</param>
public sealed record SmtpReply(int Code, ImmutableArray<string> Lines)
{
    // RFC 5321 §4.5.3.1.5 says 512; some servers say more.
    private const int MostLine = 2048, MostLines = 100;

    /// <summary>2yz.</summary>
    public bool IsGood => Code is >= 200 and < 300;

    /// <summary>4yz: the same may work later.</summary>
    public bool IsTemporary => Code is >= 400 and < 500;

    /// <summary>What the server says, in one line of at most 200 characters, for the administrator.</summary>
    public string Text
    {
        get
        {
            var text = $"{Code} {string.Join(' ', Lines)}";
            return text.Length > 200 ? text[..200] : text;
        }
    }

    /// <summary>
    /// Takes one whole reply from the front of <paramref name="buffer"/>, which then begins behind it. False: more octets are needed, the buffer is
    /// as it was. Throws <see cref="SmtpFormatException"/> for what is no reply, and for one beyond the bounds.
    /// </summary>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, out SmtpReply? reply)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        var rest = buffer;
        var code = 0;
        reply = null;
        while (true)
        {
            var end = rest.PositionOf((byte)'\n');
            if ((end is null ? rest.Length : rest.Slice(0, end.Value).Length) > MostLine)
            {
                throw new SmtpFormatException("a line of the reply is too long");
            }

            if (end is null)
            {
                return false;
            }

            var last = Line(rest.Slice(0, end.Value).ToArray(), ref code, lines);
            rest = rest.Slice(rest.GetPosition(1, end.Value));
            if (last)
            {
                buffer = rest;
                reply = new SmtpReply(code, lines.ToImmutable());
                return true;
            }

            if (lines.Count >= MostLines)
            {
                throw new SmtpFormatException("the reply has too many lines");
            }
        }
    }

    private static bool Line(ReadOnlySpan<byte> line, ref int code, ImmutableArray<string>.Builder lines)
    {
        line = line.TrimEnd((byte)'\r');
        if (line.Length < 3 || line[0] is < (byte)'2' or > (byte)'5' || !char.IsAsciiDigit((char)line[1]) || !char.IsAsciiDigit((char)line[2])
            || line.Length > 3 && line[3] is not ((byte)' ' or (byte)'-'))
        {
            throw new SmtpFormatException("what answers is no mail server");
        }

        var number = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
        if (code != 0 && number != code)
        {
            throw new SmtpFormatException("the lines of one reply have different codes");
        }

        code = number;
        var text = new StringBuilder(Math.Max(0, line.Length - 4));
        foreach (var octet in line.Length > 4 ? line[4..] : [])
        {
            text.Append(octet is >= 0x20 and < 0x7F ? (char)octet : '?');
        }

        lines.Add(text.ToString());
        return line.Length == 3 || line[3] == (byte)' ';
    }
}

/// <summary>The peer sent what RFC 5321 does not allow, or more than our bounds; the message says what.</summary>
public sealed class SmtpFormatException(string message) : Exception(message);
