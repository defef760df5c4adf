using System.Text;

namespace CopyTrack.Accounting.Profiles;

/// <summary>
/// Mends texts of recordings made from a hexadecimal dump: each line of the dump held 16 octets, and the recorder kept the first line's octets but wrote the codes of the
/// others as text ("Black Cartridge " LF "38 32 37 41 20"). No device writes such texts.
/// </summary>
internal static class DumpedText
{
    private const int LineLength = 16;

    /// <summary>The octets that were meant; the same octets when the text is no such dump.</summary>
    public static ReadOnlySpan<byte> Mend(ReadOnlySpan<byte> octets)
    {
        if (octets.Length < LineLength + 3 || octets[LineLength] != '\n')
        {
            return octets;
        }

        var mended = new List<byte>(octets[..LineLength].ToArray());
        foreach (var pair in Encoding.Latin1.GetString(octets[(LineLength + 1)..]).Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (pair.Length != 2 || !byte.TryParse(pair, System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out var octet))
            {
                return octets;
            }

            mended.Add(octet);
        }

        return mended.ToArray();
    }
}
