namespace CopyTrack.Accounting.Usb;

/// <summary>Texts of printers.</summary>
internal static class UsbText
{
    private const int Longest = 255;

    /// <summary>The text without blanks around it and without control characters, cut to what a message holds; null when nothing is left.</summary>
    public static string? Clean(string text)
    {
        var clean = new string([.. text.Where(c => !char.IsControl(c) && !char.IsSurrogate(c)).Take(Longest)]).Trim();
        return clean.Length == 0 ? null : clean;
    }
}
