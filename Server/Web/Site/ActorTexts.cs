namespace CopyTrack.Server.Web.Site;

/// <summary>Who acts without being a person or an account, as keys of translation.</summary>
internal static class ActorTexts
{
    /// <summary>What an actor of the audit log is called; one with an id (<c>person:17</c>), and one that nobody has put here, as it stands.</summary>
    public static string Of(string actor) => actor switch
    {
        "cli" => Words.Key("command line on the server"),
        "web" => Words.Key("somebody at the sign-in page"),
        "server" => Words.Key("the server itself"),
        "retention" => Words.Key("retention"),
        "fleet" => Words.Key("the fleet's rules"),
        "agent" => Words.Key("an agent"),
        "localAgent" => Words.Key("the agent inside the server"),
        "setupCode" => Words.Key("whoever had the set-up code"),
        _ => actor,
    };
}
