using System.Collections.Immutable;
using CopyTrack.Identity.Cards;
using CopyTrack.Identity.Login;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Server.WalkUp;

/// <summary>A terminal that said hello, with what its logins need.</summary>
internal sealed record ConnectedTerminal(ITerminalLink Link, long OrgId, long DeviceId, CardRule Rules, ImmutableArray<LoginMethod> Offered, bool BlindToColor, bool Offline)
{
    /// <summary>One login at a time: what a wrong secret counts must be kept before the next is looked at.</summary>
    public SemaphoreSlim LoginGate { get; init; } = new(1, 1);

    /// <summary>One password at a time, for the same reason; a slow Kerberos server holds up no card.</summary>
    public SemaphoreSlim PasswordGate { get; init; } = new(1, 1);

    /// <summary>Two smart cards at a time: a person may put a second one in before the first login has ended.</summary>
    public SemaphoreSlim SmartCardGate { get; init; } = new(2, 2);

    /// <summary>What it said that it can do.</summary>
    public ImmutableArray<string> Capabilities { get; init; } = [];

    /// <summary>The same connection under the settings of its row as they are now.</summary>
    public ConnectedTerminal Under(TerminalAtDevice row, TerminalPolicy policy) => From(Link, row, Capabilities, policy) with { LoginGate = LoginGate, PasswordGate = PasswordGate, SmartCardGate = SmartCardGate };

    /// <summary>
    /// From the terminal's row and its hello: its own card rules and methods where it has some, else the site's. Methods that the terminal says it can't do, and
    /// those that this server can't do, are left out.
    /// </summary>
    public static ConnectedTerminal From(ITerminalLink link, TerminalAtDevice row, ImmutableArray<string> capabilities, TerminalPolicy policy)
    {
        var rules = row.CardRules is { Length: > 0 } text && CardRule.Parse(text) is CardRuleOutcome.Good good ? good.Rule : policy.CardRules;
        var wanted = row.LoginMethods is { Length: > 0 } methods
            ? [.. methods.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(LoginMethods.Parse).OfType<LoginMethod>()]
            : policy.LoginMethods;
        var offered = wanted.Where(m => CanDo(m, capabilities, policy)).ToImmutableArray();
        return new ConnectedTerminal(
            link, row.OrgId, row.DeviceId, rules, offered,
            BlindToColor: capabilities.Contains("panelCable") && !capabilities.Contains("embedded"),
            Offline: policy.OfflineHours > 0 && capabilities.Contains("offline")) { Capabilities = capabilities };
    }

    private static bool CanDo(LoginMethod method, ImmutableArray<string> capabilities, TerminalPolicy policy) => method switch
    {
        LoginMethod.Card => capabilities.Contains("card"),
        LoginMethod.CardAndPin => capabilities.Contains("card") && capabilities.Contains("pin"),
        LoginMethod.Pin => capabilities.Contains("pin"),
        LoginMethod.Password => policy.PasswordChecked && capabilities.Contains("password"),
        LoginMethod.SmartCard => policy.SmartCardChecked && capabilities.Contains("smartcard"),
        _ => false,
    };
}
