using System.Text.RegularExpressions;

namespace CopyTrack.Accounting.Inventory;

/// <summary>What descriptions of supplies hold beside the name: some carry part and serial number of the cartridge in the machine ("Black Toner, PN 1;SN2").</summary>
internal static partial class SupplyText
{
    /// <summary>The serial number; null without one, or when the device says that it does not know it.</summary>
    public static string? SerialIn(string? description) =>
        description is not null && SerialText().Match(description) is { Success: true } found && found.Groups[1].Value is var number && !number.Equals("unknown", StringComparison.OrdinalIgnoreCase)
            ? number : null;

    /// <summary>A name for people that stays when a cartridge is replaced.</summary>
    public static string Plain(Supply supply) =>
        supply.Description is { } text ? PartText().Replace(text, "") : string.Join(' ', new[] { supply.Color, supply.Kind }.OfType<string>());

    [GeneratedRegex(@"[;,]\s*S/?N:?\s*([A-Za-z0-9-]{4,64})", RegexOptions.CultureInvariant)]
    private static partial Regex SerialText();

    [GeneratedRegex(@"\s*[;,]\s*(?:PN|S/?N)\b?.*$", RegexOptions.CultureInvariant)]
    private static partial Regex PartText();
}
