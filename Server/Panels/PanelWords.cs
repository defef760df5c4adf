using System.Globalization;

namespace CopyTrack.Server.Panels;

/// <summary>The texts of panel pages in one language.</summary>
internal sealed record PanelWords(
    CultureInfo Culture, string Card, string CardHint, string Pin, string User, string Password, string LogIn, string Back, string LogOut, string Pages, string Cost, string Left, string Project, string NoProject, string Search, string Ready, string Wait, string Busy)
{
    private static readonly PanelWords s_english = new(
        CultureInfo.GetCultureInfo("en-GB"), "Card", "Hold your card to the reader", "PIN", "User name", "Password", "Log in", "Back", "Log out", "pages this month", "cost this month", "left", "Project", "none", "Search", "The panel is free. Copy, then log out.", "One moment: the pages before yours are being counted.", "The server does not answer. Try again.");

    private static readonly PanelWords s_german = new(
        CultureInfo.GetCultureInfo("de-DE"), "Karte", "Karte an den Leser halten", "PIN", "Benutzername", "Passwort", "Anmelden", "Zurück", "Abmelden", "Seiten in diesem Monat", "Kosten in diesem Monat", "Guthaben", "Projekt", "keines", "Suchen", "Das Gerät ist frei. Nach dem Kopieren abmelden.", "Einen Moment: die Seiten vor Ihnen werden noch gezählt.", "Der Server antwortet nicht. Bitte noch einmal.");

    /// <summary>The words for a language tag or an Accept-Language header; English where we have none.</summary>
    public static PanelWords Of(string? language) => language?.TrimStart().StartsWith("de", StringComparison.OrdinalIgnoreCase) == true ? s_german : s_english;

    /// <summary>What a refused login is told as.</summary>
    public string Error(int code, string message) => Culture.TwoLetterISOLanguageName != "de" ? message : code switch
    {
        -32001 => "Diese Karte ist unbekannt.",
        -32002 => "Die PIN ist falsch.",
        -32003 => "Benutzername oder Passwort ist falsch.",
        -32004 => "Dieses Konto ist abgeschaltet.",
        -32005 => "Dieses Konto ist für eine Weile gesperrt.",
        -32006 => "Das Passwort ist abgelaufen.",
        -32007 => "Hier ist nichts erlaubt, oder Ihr Guthaben ist aufgebraucht.",
        -32009 => "Zu viele Fehlversuche. Bitte warten.",
        -32010 => "Das Verzeichnis antwortet nicht. Bitte später.",
        -32012 => "Dieses Projekt gibt es nicht, oder sein Budget ist aufgebraucht.",
        -32015 => "Diese Anmeldung wird hier nicht angeboten.",
        _ => message,
    };
}
