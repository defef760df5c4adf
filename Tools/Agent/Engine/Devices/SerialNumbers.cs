using System.Collections.Frozen;

namespace CopyTrack.Agent.Devices;

/// <summary>Which serial numbers tell devices apart. What a factory or a repair left in place of a number stands in many devices.</summary>
internal static class SerialNumbers
{
    private const int Least = 3;
    private const string Upwards = "01234567890", Downwards = "09876543210";

    // Letters and digits alone, in upper case.
    private static readonly FrozenSet<string> s_none = FrozenSet.Create(
        StringComparer.Ordinal, "NONE", "NULL", "UNKNOWN", "UNDEFINED", "UNSET", "NOTSET", "NOTAVAILABLE", "NOTSPECIFIED", "NOTAPPLICABLE", "NOSERIAL", "NOSERIALNUMBER", "SERIAL", "SERIALNUMBER", "SERIALNO", "DEFAULT",
        "DEFAULTSTRING", "INVALID", "EMPTY", "TEST", "TBD", "TOBEFILLEDBYOEM", "SYSTEMSERIALNUMBER", "ABCDEF", "ABCDEFG", "ABC123", "MAINTENANCE", "DUMMY");

    /// <summary>The number without blanks around it when it can tell a device from others; null for nothing and for what is written where there is none: one character again and again, digits in a row, words.</summary>
    public static string? Proof(string? serial)
    {
        var text = serial?.Trim();
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var plain = new string([.. text.Where(char.IsLetterOrDigit).Select(char.ToUpperInvariant)]);
        return plain.Length < Least || plain.All(c => c == plain[0]) || s_none.Contains(plain) || Upwards.Contains(plain, StringComparison.Ordinal) || Downwards.Contains(plain, StringComparison.Ordinal) ? null : text;
    }
}
