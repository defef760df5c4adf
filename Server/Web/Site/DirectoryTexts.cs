using CopyTrack.Server.Directories;

namespace CopyTrack.Server.Web.Site;

/// <summary>What the words of a directory's runs mean to people, as keys of translation.</summary>
internal static class DirectoryTexts
{
    public static string Kind(string kind) => kind switch { "full" => Words.Key("everything"), "dryRun" => Words.Key("dry run"), _ => Words.Key("changes only") };

    public static string By(string by) => by switch { "schedule" => Words.Key("by the clock"), "asked" => Words.Key("on demand"), _ => by };

    public static string Phase(string phase) => phase switch { "groups" => Words.Key("reading groups"), "people" => Words.Key("reading people"), "removal" => Words.Key("looking for who is gone"), _ => Words.Key("connecting") };

    public static string Outcome(string outcome) => outcome switch
    {
        "good" => Words.Key("good"), "refused" => Words.Key("refused: too many would go"), "failed" => Words.Key("failed"), "interrupted" => Words.Key("interrupted"), _ => Words.Key("running"),
    };

    public static string Sign(char sign) => sign switch { '+' => Words.Key("comes"), '~' => Words.Key("changes"), '-' => Words.Key("goes"), _ => Words.Key("left out") };

    /// <summary>A key of a directory's settings.</summary>
    public static string Setting(string key) => key switch
    {
        "Servers" => Words.Key("Servers"), EnteredDirectory.Ca => Words.Key("Authority of the certificate"), "BindDn" => Words.Key("Reading account"), "Password" => Words.Key("Password"),
        "BaseDn" => Words.Key("Base: where people are"), "Filter" => Words.Key("Who counts as a person (filter)"), "GroupBaseDn" => Words.Key("Base of groups"),
        "GroupFilter" => Words.Key("Which groups count (filter)"), "GroupName" => Words.Key("Name attribute of groups"), "Changes" => Words.Key("Way of looking for changes"),
        "PageSize" => Words.Key("Entries of a page"), "EveryMinutes" => Words.Key("Look for changes every (minutes)"), "FullHours" => Words.Key("List everything every (hours)"),
        "MaxRemovePercent" => Words.Key("Most who may go at once (per cent)"), "MaxRemoveCount" => Words.Key("Most who may go at once (people)"),
        "PurgeDays" => Words.Key("Erase the gone after (days, 0 = never)"), "ConnectSeconds" => Words.Key("Wait for a connection (seconds)"), "ReplySeconds" => Words.Key("Wait for an answer (seconds)"),
        "CheckRevocation" => Words.Key("Ask whether its certificate was revoked"), "MaxEntries" => Words.Key("Most entries"), "MaxRunMinutes" => Words.Key("Longest run (minutes)"),
        "Adopt" => Words.Key("Take over people of the same name"), EnteredDirectory.Kind => Words.Key("Kind"), _ => key,
    };

    /// <summary>A key of the mapping.</summary>
    public static string Field(string key) => key switch
    {
        nameof(MapTexts.UserName) => Words.Key("User name"), nameof(MapTexts.DisplayName) => Words.Key("Display name"), nameof(MapTexts.Email) => Words.Key("Mail address"),
        nameof(MapTexts.Department) => Words.Key("Department"), nameof(MapTexts.CostCentre) => Words.Key("Cost centre"), nameof(MapTexts.Language) => Words.Key("Language"),
        nameof(MapTexts.Principal) => Words.Key("Principal"), nameof(MapTexts.OtherPrincipals) => Words.Key("Other principals"), nameof(MapTexts.Cards) => Words.Key("Cards"),
        nameof(MapTexts.CardRule) => Words.Key("Card rule"), nameof(MapTexts.Realm) => Words.Key("Realm"), _ => key,
    };
}
