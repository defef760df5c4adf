using System.Text;

namespace CopyTrack.Accounting.Mail;

/// <summary>Text in headers: clean of line ends, in ASCII, in lines of a length that every server takes.</summary>
internal static class HeaderText
{
    // RFC 2047 §2: a line with an encoded word is at most 76 characters. "Subject: ", "=?utf-8?B?" and "?=" are 21 of them; 52 of base64 hold 39 octets.
    private const int OctetsInWord = 39;

    /// <summary>The text with each run of control characters and line ends as one blank, and what is no Unicode replaced.</summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            // U+2028 and U+2029 end lines for some readers.
            if (!Rune.IsControl(rune) && rune.Value is not (0x2028 or 0x2029))
            {
                clean.Append(rune);
            }
            else if (clean.Length > 0 && clean[^1] != ' ')
            {
                clean.Append(' ');
            }
        }

        return clean.ToString().Trim();
    }

    /// <summary>A header with free text: as it is where that is short ASCII, else in encoded words on folded lines (RFC 2047).</summary>
    public static string Unstructured(string name, string text)
    {
        var clean = Clean(text);
        return IsPlain(clean) && name.Length + 2 + clean.Length <= 76 ? $"{name}: {clean}\r\n" : $"{name}: {EncodedWords(clean)}\r\n";
    }

    /// <summary>A header with addresses, one on each line.</summary>
    public static string Addresses(string name, IEnumerable<Mailbox> mailboxes) => $"{name}: {string.Join(",\r\n ", mailboxes.Select(Address))}\r\n";

    private static string Address(Mailbox mailbox) => mailbox.Name switch
    {
        null => mailbox.Address,
        var name when IsPlain(name) && name.Length <= 60 && !name.AsSpan().ContainsAny('"', '\\') => $"\"{name}\"\r\n <{mailbox.Address}>",
        var name => $"{EncodedWords(name)}\r\n <{mailbox.Address}>",
    };

    // "=?" would be taken for the begin of an encoded word.
    private static bool IsPlain(string text) => Ascii.IsValid(text) && !text.Contains("=?", StringComparison.Ordinal);

    private static string EncodedWords(string text)
    {
        var words = new StringBuilder();
        Span<byte> octets = stackalloc byte[OctetsInWord];
        var used = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            // A character never stands in two words (RFC 2047 §5).
            if (used + rune.Utf8SequenceLength > OctetsInWord)
            {
                Flush(words, octets[..used]);
                used = 0;
            }

            used += rune.EncodeToUtf8(octets[used..]);
        }

        Flush(words, octets[..used]);
        return words.ToString();

        static void Flush(StringBuilder words, ReadOnlySpan<byte> octets) =>
            words.Append(words.Length > 0 ? "\r\n " : "").Append("=?utf-8?B?").Append(Convert.ToBase64String(octets)).Append("?=");
    }
}
