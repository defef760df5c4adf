using System.Collections.Frozen;

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
        ["pages"] = Words.Key("Pages"), ["mono"] = Words.Key("Mono"), ["color"] = Words.Key("Colour"), ["scans"] = Words.Key("Scans"), ["faxes"] = Words.Key("Faxes sent"), ["reason"] = Words.Key("Reason"), ["at"] = Words.Key("Time"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The name of a member; one that nobody has put here as it stands.</summary>
    public static string Of(string member) => s_names.GetValueOrDefault(member, member);
}
