using System.Globalization;
using System.Text;

namespace CopyTrack.Accounting.Usb;

/// <summary>What a printer told in PJL; null where it did not.</summary>
/// <param name="Model">INFO ID.</param>
/// <param name="Pages">INFO PAGECOUNT: pages that the engine has printed in its life.</param>
/// <param name="Code">The status code of INFO STATUS; 10xxx are ready or informational, 4xxxx want a person.</param>
/// <param name="Display">The text on its panel.</param>
/// <param name="Online">Whether it takes jobs.</param>
public sealed record PjlAnswers(string? Model, long? Pages, int? Code, string? Display, bool? Online);

/// <summary>
/// Asks a printer by Printer Job Language: ID, STATUS and PAGECOUNT, nothing that changes anything but USTATUSOFF, which stops unasked messages. An echo of a token that nobody else knows
/// tells new answers from old ones that still lay in the printer.
/// </summary>
public static class PjlTalk
{
    /// <summary>Most octets of an answer that are looked at.</summary>
    public const int MostOctets = 64 * 1024;

    // The universal exit language, which every PJL conversation begins and ends with.
    private const string Exit = "\u001b%-12345X";

    /// <summary>The question. The token must be letters and digits.</summary>
    public static byte[] Question(string token) => Encoding.ASCII.GetBytes(
        $"{Exit}@PJL\r\n@PJL USTATUSOFF\r\n@PJL ECHO {token}\r\n@PJL INFO ID\r\n@PJL INFO STATUS\r\n@PJL INFO PAGECOUNT\r\n{Exit}");

    /// <summary>True when the answer has come whole: PAGECOUNT's part ends with a form feed.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> answer, string token)
    {
        var text = Encoding.Latin1.GetString(answer);
        var begin = text.IndexOf($"@PJL ECHO {token}", StringComparison.Ordinal);
        var last = begin < 0 ? -1 : text.IndexOf("@PJL INFO PAGECOUNT", begin, StringComparison.Ordinal);
        return last >= 0 && text.IndexOf('\f', last) >= 0;
    }

    /// <summary>Reads what came; what stands before the echo of the token is old and passed over. Null when the echo never came.</summary>
    public static PjlAnswers? Read(ReadOnlySpan<byte> answer, string token)
    {
        var text = Encoding.Latin1.GetString(answer[..Math.Min(answer.Length, MostOctets)]);
        var begin = text.IndexOf($"@PJL ECHO {token}", StringComparison.Ordinal);
        if (begin < 0)
        {
            return null;
        }

        var read = new PjlAnswers(null, null, null, null, null);
        foreach (var part in text[begin..].Split('\f'))
        {
            var lines = part.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var at = Array.FindIndex(lines, l => l.StartsWith("@PJL INFO", StringComparison.Ordinal));
            if (at >= 0)
            {
                read = Part(read, lines[at]["@PJL INFO".Length..].Trim(), lines[(at + 1)..]);
            }
        }

        return read;
    }

    private static PjlAnswers Part(PjlAnswers read, string what, string[] lines) => what switch
    {
        "ID" => read with { Model = lines.Length > 0 ? UsbText.Clean(lines[0].Trim('"')) : null },
        // Some say a bare number, some PAGECOUNT=n.
        "PAGECOUNT" => read with { Pages = lines.Length > 0 && long.TryParse(Value(lines[0]), NumberStyles.None, CultureInfo.InvariantCulture, out var pages) && pages <= 1L << 40 ? pages : null },
        "STATUS" => lines.Aggregate(read, (r, line) => line.Split('=', 2) switch
        {
            ["CODE", var code] when int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => r with { Code = number },
            ["DISPLAY", var display] => r with { Display = UsbText.Clean(display.Trim('"')) },
            ["ONLINE", var online] => r with { Online = online.Trim() switch { "TRUE" => true, "FALSE" => false, _ => null } },
            _ => r,
        }),
        _ => read,
    };

    private static string Value(string line) => line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim();
}
