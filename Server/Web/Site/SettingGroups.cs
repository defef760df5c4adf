namespace CopyTrack.Server.Web.Site;

/// <summary>What the sections of the configuration are called, as keys of translation.</summary>
internal static class SettingGroups
{
    /// <summary>The name of a section; one that nobody has put here is called as it is.</summary>
    public static string Name(string section) => section switch
    {
        "Data" => Words.Key("Data storage"),
        "Secrets" => Words.Key("Secrets"),
        "Https" => Words.Key("HTTPS"),
        "Terminals" => Words.Key("Terminals"),
        "Sessions" => Words.Key("Sessions at devices"),
        "Polling" => Words.Key("Reading devices"),
        "Fleet" => Words.Key("Fleet"),
        "Profiles" => Words.Key("Meter profiles"),
        "Reports" => Words.Key("Reports"),
        "Mail" => Words.Key("Mail"),
        "Receipts" => Words.Key("Receipts"),
        "Lockout" => Words.Key("Lock-out after failures"),
        "Kerberos" => Words.Key("Kerberos"),
        "Rights" => Words.Key("Rights"),
        "Charging" => Words.Key("Prices and limits"),
        "Licence" => Words.Key("Licence"),
        "Web" => Words.Key("Web pages"),
        "Alerts" => Words.Key("Alerts"),
        "Webhooks" => Words.Key("Webhooks"),
        "Directories" => Words.Key("Directories"),
        "Site" => Words.Key("Installation"),
        _ => section,
    };
}
