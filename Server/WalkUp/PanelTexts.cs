using System.Globalization;

namespace CopyTrack.Server.WalkUp;

/// <summary>Short texts for displays, in the person's language where we have it, else in English.</summary>
internal static class PanelTexts
{
    private const decimal Micros = 1_000_000m;

    /// <summary>A job that the limits do not allow; <paramref name="neededMicros"/> is what it costs, null for unknown.</summary>
    public static string Refused(string? language, long leftMicros, long? neededMicros, string currency)
    {
        var german = IsGerman(language);
        return (german, leftMicros > 0 ? neededMicros : null) switch
        {
            (true, { } needed) => $"Der Auftrag kostet {Amount(needed, german)} {currency}, das Guthaben ist {Amount(leftMicros, german)} {currency}.",
            (true, null) => $"Ihr Guthaben ist aufgebraucht ({Amount(leftMicros, german)} {currency}).",
            (false, { } needed) => $"The job costs {Amount(needed, german)} {currency}; your credit is {Amount(leftMicros, german)} {currency}.",
            (false, null) => $"Your credit is used up ({Amount(leftMicros, german)} {currency}).",
        };
    }

    /// <summary>What a locked panel shows: title, text, and the button that asks again. <paramref name="someone"/>: somebody has logged in, and the panel is about to be theirs.</summary>
    public static (string Title, string Text, string Again) Wait(string? language, bool someone) => (IsGerman(language), someone) switch
    {
        (true, true) => ("CopyTrack", "Einen Moment, oder wählen Sie zuerst ein Projekt.", "Weiter"),
        (true, false) => ("CopyTrack", "Bitte am Leser anmelden.", "Weiter"),
        (false, true) => ("CopyTrack", "One moment, or choose a project first.", "Continue"),
        (false, false) => ("CopyTrack", "Log in at the reader, please.", "Continue"),
    };

    /// <summary>What is left of a limit, in the currency.</summary>
    public static string Credit(string? language, long leftMicros, string currency, bool warning)
    {
        var german = IsGerman(language);
        var amount = Amount(leftMicros, german);
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

    private static bool IsGerman(string? language) => language?.StartsWith("de", StringComparison.OrdinalIgnoreCase) == true;

    private static string Amount(long micros, bool german) => (micros / Micros).ToString("0.00", CultureInfo.GetCultureInfo(german ? "de-DE" : "en-GB"));
}
