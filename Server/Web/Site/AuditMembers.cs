using System.Collections.Frozen;
using CopyTrack.Server.Directories;

namespace CopyTrack.Server.Web.Site;

/// <summary>What the members of a change in the audit log are called, as keys of translation.</summary>
internal static class AuditMembers
{
    private static readonly FrozenDictionary<string, string> s_names = new Dictionary<string, string>
    {
        ["userName"] = Words.Key("User name"), ["displayName"] = Words.Key("Display name"), ["email"] = Words.Key("E-mail"), ["principal"] = Words.Key("Kerberos principal"), ["pin"] = Words.Key("PIN"),
        ["department"] = Words.Key("Department"), ["costCentre"] = Words.Key("Cost centre"), ["language"] = Words.Key("Language"), ["functions"] = Words.Key("Functions"),
        ["projectRequired"] = Words.Key("Project required"), ["enabled"] = Words.Key("Switched on"), ["groups"] = Words.Key("Groups"), ["cards"] = Words.Key("Cards"), ["card"] = Words.Key("Card"),
        ["name"] = Words.Key("Name"), ["address"] = Words.Key("Address"), ["addresses"] = Words.Key("Addresses"), ["port"] = Words.Key("Port"), ["snmpVersion"] = Words.Key("SNMP version"),
        ["community"] = Words.Key("Community"), ["v3User"] = Words.Key("SNMPv3 user"), ["v3Auth"] = Words.Key("SNMPv3 authentication"), ["v3AuthPassword"] = Words.Key("SNMPv3 authentication password"),
        ["v3Priv"] = Words.Key("SNMPv3 encryption"), ["v3PrivPassword"] = Words.Key("SNMPv3 encryption password"), ["v3Context"] = Words.Key("SNMPv3 context"), ["location"] = Words.Key("Location"),
        ["site"] = Words.Key("Site"), ["colorCapable"] = Words.Key("Colour device"), ["profile"] = Words.Key("Profile"), ["inventorySeconds"] = Words.Key("Inventory every (seconds)"),
        ["code"] = Words.Key("Code"), ["parent"] = Words.Key("Parent project"), ["users"] = Words.Key("Users"), ["user"] = Words.Key("User"), ["mergedInto"] = Words.Key("Merged into"),
        ["merged"] = Words.Key("Merged"), ["locksAtZero"] = Words.Key("Ends at zero credit"), ["contents"] = Words.Key("Contents"), ["shared"] = Words.Key("Shared"), ["report"] = Words.Key("Report"),
        ["recipients"] = Words.Key("Recipients"), ["formats"] = Words.Key("Files"), ["timing"] = Words.Key("When"), ["zone"] = Words.Key("Time zone"), ["role"] = Words.Key("Role"),
        ["pages"] = Words.Key("Pages"), ["scans"] = Words.Key("Scans"), ["faxes"] = Words.Key("Faxes sent"), ["reason"] = Words.Key("Reason"), ["at"] = Words.Key("Time"),
        ["from"] = Words.Key("From"), ["until"] = Words.Key("Until"), ["mono"] = Words.Key("Black"), ["color"] = Words.Key("Colour"), ["large"] = Words.Key("Large-format surcharge"), ["sheet"] = Words.Key("Sheet"),
        ["scan"] = Words.Key("Scan"), ["fax"] = Words.Key("Fax"), ["devices"] = Words.Key("Devices"), ["sites"] = Words.Key("Sites"), ["period"] = Words.Key("Period"), ["soft"] = Words.Key("Warns at"),
        ["hard"] = Words.Key("Ends at"), ["extra"] = Words.Key("Paid in"), ["receiver"] = Words.Key("Receiver"), ["events"] = Words.Key("Events"), ["userNames"] = Words.Key("Events name people"),
        ["kind"] = Words.Key("Kind"), ["severity"] = Words.Key("Severity"), ["node"] = Words.Key("Dealer, customer or site"), ["device"] = Words.Key("Device"), ["percent"] = Words.Key("At most (per cent)"),
        ["days"] = Words.Key("Runs out within (days)"), ["which"] = Words.Key("Which"), ["afterMinutes"] = Words.Key("After (minutes)"), ["quietHours"] = Words.Key("Quiet hours"), ["quietDays"] = Words.Key("Whole days"),
        ["repeatMinutes"] = Words.Key("Again every (minutes)"), ["escalateMinutes"] = Words.Key("Others after (minutes)"), ["escalateTo"] = Words.Key("Addresses of the others"),
        ["tellResolved"] = Words.Key("Tell when it is over"), ["members"] = Words.Key("Members"), ["externalId"] = Words.Key("Id at the client"), ["source"] = Words.Key("Source"), ["active"] = Words.Key("Active"),
        ["mapping"] = Words.Key("Mapping"), ["password"] = Words.Key("Password"), ["person"] = Words.Key("Person"), ["project"] = Words.Key("Project"), ["credential"] = Words.Key("Secret"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // What somebody enters of a directory is called as on its page.
    private static readonly FrozenDictionary<string, string> s_ofDirectories = EnteredDirectory.Keys.ToFrozenDictionary(key => char.ToLowerInvariant(key[0]) + key[1..], DirectoryTexts.Setting, StringComparer.Ordinal);

    /// <summary>The name of a member; one that nobody has put here as it stands.</summary>
    public static string Of(string member) => s_names.GetValueOrDefault(member) ?? s_ofDirectories.GetValueOrDefault(member, member);

    /// <summary>True when a member has a name.</summary>
    public static bool Knows(string member) => s_names.ContainsKey(member) || s_ofDirectories.ContainsKey(member);
}
