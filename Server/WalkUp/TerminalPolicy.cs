using System.Collections.Immutable;
using CopyTrack.Identity.Cards;
using CopyTrack.Identity.Login;
using CopyTrack.Identity.Rights;

namespace CopyTrack.Server.WalkUp;

/// <summary>The site's settings for terminals (docs/terminal-protocol.md §5); each default is the normative one.</summary>
internal sealed record TerminalPolicy
{
    /// <summary><c>Terminals:HeartbeatSeconds</c>.</summary>
    public int HeartbeatSeconds { get; init; } = 30;

    /// <summary><c>Terminals:LoginMethods</c>: what is offered where the terminal can do it and has no list of its own.</summary>
    public ImmutableArray<LoginMethod> LoginMethods { get; init; } = [LoginMethod.Card, LoginMethod.CardAndPin];

    /// <summary>True when this server can check passwords: Kerberos with a keytab is set up.</summary>
    public bool PasswordChecked { get; init; }

    /// <summary>True when this server can check smart cards.</summary>
    public bool SmartCardChecked { get; init; }

    /// <summary><c>Terminals:CardRules</c>: the global rules for card numbers.</summary>
    public CardRule CardRules { get; init; } = CardRule.Empty;

    /// <summary><c>Terminals:OfflineHours</c>: 0 allows no offline logins.</summary>
    public int OfflineHours { get; init; }

    /// <summary><c>Rights:DefaultFunctions</c>: of people without functions of their own or of their groups.</summary>
    public DeviceFunctions DefaultFunctions { get; init; } = DeviceFunctions.All;

    /// <summary><c>Rights:Groups</c>: functions that a group's members have, by folded group name.</summary>
    public ImmutableDictionary<string, DeviceFunctions> GroupFunctions { get; init; } = ImmutableDictionary<string, DeviceFunctions>.Empty;

    /// <summary><c>Rights:CableColor</c>: a cable that can't tell colour unlocks for people without copyColor as well.</summary>
    public bool CableColorAllowed { get; init; }
}
