using System.Text.RegularExpressions;

namespace CopyTrack.Accounting.Profiles;

/// <summary>What free descriptions tell: model, serial number and firmware, in the ways that makers write them.</summary>
internal static partial class DescriptionText
{
    /// <summary>The model; null when nothing is left of the text.</summary>
    public static string? Model(string? sysDescr)
    {
        if (sysDescr is null)
        {
            return null;
        }

        if (ProductId().Match(sysDescr) is { Success: true } product)
        {
            return product.Groups[1].Value.Trim();
        }

        // "BRAND MODEL 1.05 / BRAND Network Printer C model / ..." and "Model; System 1.2.3" and "Model version X".
        var text = sysDescr.Split(" / ")[0].Split(';')[0].Split(',')[0];
        return VersionTail().Replace(text, "").Trim() is { Length: > 0 } model ? model : null;
    }

    /// <summary>The model in an IEEE 1284 device id.</summary>
    public static string? DeviceIdModel(string id) => ModelField().Match(id) is { Success: true } model ? model.Groups[1].Value.Trim() : null;

    /// <summary>A serial number marked as one ("SN:", "S/N"); null without.</summary>
    public static string? Serial(string? text) => text is not null && SerialText().Match(text) is { Success: true } found ? found.Groups[1].Value : null;

    /// <summary>A firmware version marked as one; null without.</summary>
    public static string? Firmware(string? sysDescr) => sysDescr is not null && FirmwareText().Match(sysDescr) is { Success: true } version ? version.Groups[1].Value : null;

    [GeneratedRegex(@"(?:^|;)\s*(?:MDL|MODEL):([^;]{1,100})", RegexOptions.CultureInvariant)]
    private static partial Regex ModelField();

    // "Firmware Ver.1.01", "version NS.NP.N219", "System 35.004.32.000", and the number before the first " / " of Ricoh and its brands.
    [GeneratedRegex(@"(?:\b(?:Firmware Ver\.|version|System(?: Software)?)\s*|^[^/;]*\s(?=[0-9.]+ / ))([A-Za-z0-9][A-Za-z0-9.]{0,30})", RegexOptions.CultureInvariant)]
    private static partial Regex FirmwareText();

    [GeneratedRegex(@"\bPID:([^,;]{1,100})", RegexOptions.CultureInvariant)]
    private static partial Regex ProductId();

    [GeneratedRegex(@"\s+(version\b.*|v?\d+(\.\d+)+.*|/[A-Z])$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex VersionTail();

    [GeneratedRegex(@"\b(?:SN:|S/N[ :]\s*)([A-Za-z0-9-]{4,40})", RegexOptions.CultureInvariant)]
    private static partial Regex SerialText();
}
