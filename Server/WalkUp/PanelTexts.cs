using System.Globalization;

namespace CopyTrack.Server.WalkUp;

/// <summary>Short texts for displays, in the person's language where we have it, else in English.</summary>
internal static class PanelTexts
{
    private const decimal Micros = 1_000_000m;

    /// <summary>What is left of a limit, in the currency.</summary>
    public static string Credit(string? language, long leftMicros, string currency, bool warning)
    {
        var german = language?.StartsWith("de", StringComparison.OrdinalIgnoreCase) == true;
        var amount = (leftMicros / Micros).ToString("0.00", CultureInfo.GetCultureInfo(german ? "de-DE" : "en-GB"));
        return (german, leftMicros <= 0, warning) switch
        {
            (true, true, _) => $"Ihr Guthaben ist aufgebraucht ({amount} {currency}).",
            (true, _, true) => $"Nur noch {amount} {currency} Guthaben.",
            (true, _, _) => $"Guthaben: {amount} {currency}",
            (_, true, _) => $"Your credit is used up ({amount} {currency}).",
            (_, _, true) => $"Only {amount} {currency} of credit left.",
            _ => $"Credit: {amount} {currency}",
        };
    }
}
