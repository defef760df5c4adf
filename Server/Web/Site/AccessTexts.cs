using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;

namespace CopyTrack.Server.Web.Site;

/// <summary>What words of logins, panels, functions and readings mean to people, as keys of translation. A word that nobody has put here is shown as it is.</summary>
internal static class AccessTexts
{
    /// <summary>What came of a login or a registration.</summary>
    public static string Outcome(string outcome) => outcome switch
    {
        "granted" => Words.Key("let in"),
        "loggedOut" => Words.Key("logged out"),
        "unknownCard" => Words.Key("unknown card"),
        "wrongPin" => Words.Key("wrong PIN"),
        "wrongCredentials" => Words.Key("wrong name or password"),
        "accountDisabled" => Words.Key("account switched off"),
        "accountLocked" => Words.Key("account locked"),
        "notPermitted" => Words.Key("not permitted"),
        "registered" => Words.Key("card registered"),
        "cardTaken" => Words.Key("card belongs to somebody else"),
        "wrongCode" => Words.Key("wrong code"),
        "methodNotOffered" => Words.Key("way of logging in not offered"),
        "repeated" => Words.Key("repeated"),
        "invalidCard" => Words.Key("no card number"),
        _ => outcome,
    };

    /// <summary>All outcomes to choose from.</summary>
    public static IReadOnlyList<string> Outcomes { get; } =
        ["granted", "loggedOut", "unknownCard", "wrongPin", "wrongCredentials", "accountDisabled", "accountLocked", "notPermitted", "registered", "cardTaken", "wrongCode", "methodNotOffered", "invalidCard"];

    /// <summary>How far a session is.</summary>
    public static string Session(int state) => (SessionState)state switch
    {
        SessionState.Opening => Words.Key("opening"),
        SessionState.AwaitingProject => Words.Key("project being chosen"),
        SessionState.Active => Words.Key("active"),
        SessionState.Settling => Words.Key("settling"),
        _ => Words.Key("settled"),
    };

    /// <summary>Why a session ended.</summary>
    public static string End(EndReason reason) => reason switch
    {
        EndReason.None => Words.Key("not ended"),
        EndReason.User => Words.Key("logged out at the terminal"),
        EndReason.Card => Words.Key("logged out with the card"),
        EndReason.Idle => Words.Key("nothing was done for a while"),
        EndReason.Error => Words.Key("the terminal reported an error"),
        EndReason.Handover => Words.Key("somebody else logged in"),
        EndReason.Admin => Words.Key("ended by an administrator"),
        EndReason.Revoked => Words.Key("the terminal was withdrawn"),
        EndReason.MaxTime => Words.Key("it lasted as long as a session may"),
        EndReason.Lost => Words.Key("the terminal was away too long"),
        EndReason.Credit => Words.Key("the credit was used up"),
        _ => reason.ToString(),
    };

    /// <summary>How somebody logged in.</summary>
    public static string Method(string method) => method switch
    {
        "card" => Words.Key("card"),
        "card+pin" => Words.Key("card and PIN"),
        "pin" => Words.Key("PIN"),
        "password" => Words.Key("name and password"),
        "smartcard" => Words.Key("smart card"),
        "register" => Words.Key("registration of a card"),
        _ => method,
    };

    /// <summary>What a device can do.</summary>
    public static string Function(string function) => function switch
    {
        "copy" => Words.Key("copies"),
        "copyColor" => Words.Key("colour copies"),
        "scan" => Words.Key("scans"),
        "fax" => Words.Key("faxes"),
        "print" => Words.Key("prints at the panel"),
        _ => function,
    };

    /// <summary>How the panel stands (docs/terminal-protocol.md, panel.state).</summary>
    public static string Panel(string state) => state switch
    {
        "locked" => Words.Key("locked"),
        "unlocked" => Words.Key("unlocked"),
        "fault" => Words.Key("fault"),
        _ => state,
    };

    /// <summary>What a terminal says that it can (docs/terminal-protocol.md, terminal.hello).</summary>
    public static string Capability(string word) => word switch
    {
        "panelCable" => Words.Key("panel by cable"),
        "embedded" => Words.Key("runs inside the copier"),
        "projects" => Words.Key("asks for projects"),
        "offline" => Words.Key("works without the server"),
        _ => Method(word),
    };

    /// <summary>Why a reading was taken.</summary>
    public static string Trigger(ReadingTrigger trigger) => trigger switch
    {
        ReadingTrigger.Idle => Words.Key("idle"),
        ReadingTrigger.Login => Words.Key("login"),
        ReadingTrigger.Logout => Words.Key("logout"),
        ReadingTrigger.Watch => Words.Key("during a session"),
        ReadingTrigger.Settle => Words.Key("after a session"),
        ReadingTrigger.Project => Words.Key("change of project"),
        ReadingTrigger.Receipt => Words.Key("receipt"),
        ReadingTrigger.Start => Words.Key("start of the server"),
        ReadingTrigger.Restart => Words.Key("restart of the device"),
        ReadingTrigger.Confirm => Words.Key("confirmation"),
        ReadingTrigger.Handover => Words.Key("hand-over"),
        ReadingTrigger.Admin => Words.Key("by an administrator"),
        _ => trigger.ToString(),
    };
}
