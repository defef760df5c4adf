using System.Text;

namespace CopyTrack.Terminal.Readers.Serial;

/// <summary>Cuts the bytes of a serial reader into lines: CR, LF or ETX end one, STX begins one; a line with other control or non-ASCII bytes, or of more than 64 characters, is noise.</summary>
internal sealed class LineDecoder
{
    private const int MaxLine = 64;
    private readonly StringBuilder line = new();
    private bool noise;

    /// <summary>Takes one byte; the line it ended (blanks at both ends dropped), or null.</summary>
    internal string? Take(byte value)
    {
        switch (value)
        {
            case 0x02:
                line.Clear();
                noise = false;
                return null;
            case 0x0D or 0x0A or 0x03:
                var text = noise ? "" : line.ToString().Trim();
                line.Clear();
                noise = false;
                return text.Length == 0 ? null : text;
            default:
                noise |= value is < 0x20 or > 0x7E || line.Length >= MaxLine;
                if (!noise)
                {
                    line.Append((char)value);
                }
                return null;
        }
    }
}
