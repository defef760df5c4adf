using CopyTrack.Accounting.Charging;
using CopyTrack.Identity.Lockout;
using CopyTrack.Identity.Login;
using CopyTrack.Identity.Rights;
using CopyTrack.Server.Data;

namespace CopyTrack.Server.WalkUp;

/// <summary>Makes of a row what decides a login.</summary>
internal sealed class LoginPeople(LoginSecrets secrets, TerminalPolicy policy, DecisionContexts contexts, LiveDevices live)
{
    /// <summary>The person with the rights at the terminal's device; the PIN was not looked at.</summary>
    public LoginPerson Of(ConnectedTerminal terminal, LoginAnswer answer, FoundPerson person) => new()
    {
        Id = person.Id,
        Enabled = person.Enabled,
        ProjectRequired = person.ProjectRequired,
        Lockout = LockoutState.Parse(person.Lockout),
        CardHashIsOld = person.CardKeyId is { } card && secrets.NeedsRehash(card),
        PinHashIsOld = person.Pin is { } pin && secrets.NeedsRehash(pin.KeyId),
        Rights = new RightsInput
        {
            Person = Functions(person.Functions),
            Groups = [.. person.Groups.Where(policy.GroupFunctions.ContainsKey).Select(g => policy.GroupFunctions[g])],
            SiteDefault = policy.DefaultFunctions,
            Device = Functions(answer.DeviceFunctions),
            DeviceColor = answer.DeviceColor,
            CableBlindToColor = terminal.BlindToColor,
            CableColorAllowed = policy.CableColorAllowed,
            CopyLicensed = contexts.IsLicensed || IsThere(terminal, person),
            HasCredit = CreditRules.Of(person.Limits).MayCopy || IsThere(terminal, person),
        },
    };

    /// <summary>True for whoever has the panel: their card ends their session, whatever they may begin.</summary>
    private bool IsThere(ConnectedTerminal terminal, FoundPerson person) => live.StateOf(terminal.DeviceId)?.Open?.Record.PersonId == person.Id;

    private static DeviceFunctions? Functions(string? text) =>
        string.IsNullOrEmpty(text) ? null : FunctionNames.TryParse(text, out var functions, out _) ? functions : DeviceFunctions.None;
}
