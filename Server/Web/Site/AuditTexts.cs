using System.Collections.Frozen;

namespace CopyTrack.Server.Web.Site;

/// <summary>What the actions of the audit log mean to people, as keys of translation: what was changed, and how, from the two parts of "person.change".</summary>
internal static class AuditTexts
{
    private static readonly FrozenDictionary<string, string> s_things = new Dictionary<string, string>
    {
        ["account"] = Words.Key("Account"), ["alert"] = Words.Key("Alert"), ["alert.mail"] = Words.Key("Mail of an alert"), ["alert.rule"] = Words.Key("Alert rule"), ["card"] = Words.Key("Card"),
        ["device"] = Words.Key("Device"), ["directory"] = Words.Key("Directory"), ["discovery"] = Words.Key("Search for devices"), ["fleet.agent"] = Words.Key("Agent"),
        ["fleet.link"] = Words.Key("Device of an agent"), ["fleet.node"] = Words.Key("Dealer, customer or site"), ["fleet.package"] = Words.Key("Update package"), ["group"] = Words.Key("Group"), ["licence"] = Words.Key("Licence"),
        ["name"] = Words.Key("Name behind a pseudonym"), ["names"] = Words.Key("Names for managers"), ["organisation"] = Words.Key("Organisation"), ["person"] = Words.Key("Person"), ["priceList"] = Words.Key("Price list"),
        ["project"] = Words.Key("Project"), ["quota"] = Words.Key("Limit"), ["report"] = Words.Key("Kept report"), ["retention"] = Words.Key("Retention"), ["role"] = Words.Key("Role"),
        ["schedule"] = Words.Key("Schedule"), ["secrets"] = Words.Key("Secrets"), ["serverVersion"] = Words.Key("Version of the server"), ["setting"] = Words.Key("Setting"), ["setupCode"] = Words.Key("Set-up code"), ["signIn"] = Words.Key("Sign-in"),
        ["terminal"] = Words.Key("Terminal"), ["token"] = Words.Key("Token"), ["webhook"] = Words.Key("Webhook"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> s_doings = new Dictionary<string, string>
    {
        ["activationCode"] = Words.Key("activation code made"), ["add"] = Words.Key("added"), ["adopt"] = Words.Key("taken over by the directory"), ["again"] = Words.Key("sent again"),
        ["ask"] = Words.Key("asked for"), ["begin"] = Words.Key("begun"), ["change"] = Words.Key("changed"), ["charging"] = Words.Key("handling of limits changed"), ["choose"] = Words.Key("chosen"),
        ["code"] = Words.Key("code made"), ["configure"] = Words.Key("configured"), ["credential"] = Words.Key("secret changed"), ["deactivate"] = Words.Key("switched off"),
        ["delete"] = Words.Key("deleted"), ["disable"] = Words.Key("switched off"), ["enable"] = Words.Key("switched on"), ["end"] = Words.Key("ended"), ["enrol"] = Words.Key("enrolled"),
        ["enrolCode"] = Words.Key("enrolment code made"), ["erase"] = Words.Key("erased"), ["export"] = Words.Key("data exported"), ["forget"] = Words.Key("forgotten"), ["grant"] = Words.Key("granted"),
        ["halt"] = Words.Key("halted"), ["install"] = Words.Key("installation asked for"), ["lock"] = Words.Key("locked by hand"), ["lost"] = Words.Key("told as lost"), ["map"] = Words.Key("mapping changed"), ["merge"] = Words.Key("merged"),
        ["note"] = Words.Key("noted"), ["offset"] = Words.Key("offset of a meter entered"), ["part"] = Words.Key("parted"), ["password"] = Words.Key("password changed"), ["pause"] = Words.Key("paused"), ["pin"] = Words.Key("PIN changed"), ["put"] = Words.Key("set up"),
        ["reactivate"] = Words.Key("switched on again"), ["read"] = Words.Key("read by hand"), ["recoveryCodes"] = Words.Key("recovery codes made"),
        ["recoveryCodeUsed"] = Words.Key("recovery code used"), ["refuse"] = Words.Key("refused"), ["refused"] = Words.Key("refused"), ["register"] = Words.Key("registered"),
        ["remove"] = Words.Key("removed"), ["renew"] = Words.Key("renewed"), ["replicate"] = Words.Key("run asked for"), ["resume"] = Words.Key("resumed"), ["retire"] = Words.Key("old key retired"),
        ["revoke"] = Words.Key("revoked"), ["role"] = Words.Key("role changed"), ["rotate"] = Words.Key("key renewed"), ["secondStep"] = Words.Key("second step set up"),
        ["secondStepReset"] = Words.Key("second step taken away"), ["secret"] = Words.Key("secret changed"), ["see"] = Words.Key("seen"), ["stage"] = Words.Key("offered"),
        ["test"] = Words.Key("tested"), ["title"] = Words.Key("named"), ["want"] = Words.Key("asked to do something"), ["zone"] = Words.Key("time zone changed"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What is changed, by the first part of an action, to choose from.</summary>
    public static IEnumerable<(string Word, string Text)> Things => s_things.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => (t.Key, t.Value));

    /// <summary>An action as people read it: "Person: changed". Parts that nobody has put here are shown as they are.</summary>
    public static string Of(Words words, string action)
    {
        if (action is "signIn" or "signOut")
        {
            return action == "signIn" ? words["Signed in"] : words["Signed out"];
        }

        int dot = action.LastIndexOf('.');
        return dot < 0 ? action : $"{Part(words, s_things, action[..dot])}: {Part(words, s_doings, action[(dot + 1)..])}";
    }

    /// <summary>True when both parts of an action have words.</summary>
    public static bool Knows(string action) => action is "signIn" or "signOut" || (action.LastIndexOf('.') is > 0 and var dot && s_things.ContainsKey(action[..dot]) && s_doings.ContainsKey(action[(dot + 1)..]));

    private static string Part(Words words, FrozenDictionary<string, string> known, string part) => known.TryGetValue(part, out string? text) ? words[text] : part;
}
