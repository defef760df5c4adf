using System.Text;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Profiles;

/// <summary>Device strings as text. Devices say rarely in which character set they write, and some say it wrongly.</summary>
internal static class DeviceText
{
    private const int MaxLength = 1024;
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>
    /// Text of an octet string: UTF-8 when the bytes are that, else the IANA character set <paramref name="charset"/> of prtLocalizationCharacterSet, else ISO 8859-1.
    /// Control characters become spaces; null when there is none or nothing is left.
    /// </summary>
    public static string? Read(SnmpValue? value, int charset = 0)
    {
        if (value is not SnmpValue.OctetString octets)
        {
            return null;
        }

        var bytes = DumpedText.Mend(octets.Value.Span);
        // HP models put two bytes of their own protocol before strings (seen: LaserJet MFP M130nw).
        bytes = bytes is [1, 0x15, ..] ? bytes[2..] : bytes;
        bytes = bytes.Length > MaxLength ? bytes[..MaxLength] : bytes;
        string text;
        try
        {
            text = StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            text = CharacterSets.Decode(bytes, charset);
        }

        var clean = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            clean.Append(char.IsControl(c) ? ' ' : c);
        }

        var trimmed = clean.ToString().Trim();
        return trimmed.Length == 0 ? null : trimmed;
    }

    /// <summary>Six octets as a hardware address in lower case with colons; null for anything else and for all zeros.</summary>
    public static string? HardwareAddress(SnmpValue? value) =>
        value is SnmpValue.OctetString { Value.Length: 6 } octets && octets.Value.Span.ContainsAnyExcept((byte)0)
            ? string.Join(':', octets.Value.ToArray().Select(b => b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)))
            : null;
}
