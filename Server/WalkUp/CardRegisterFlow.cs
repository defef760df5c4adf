using CopyTrack.Identity.Lockout;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Server.WalkUp;

/// <summary>card.register: a person binds a card to themselves with an activation code (docs/terminal-protocol.md §3, §6).</summary>
internal sealed class CardRegisterFlow(ILoginLookup lookup, CardRepository registration, LoginSecrets secrets, LoginLockout lockout, DecisionContexts contexts,
    IAccessLog access)
{
    /// <summary>Answers the request. Wrong codes count as failed logins of the terminal; a card that is taken does not.</summary>
    public async Task HandleAsync(ConnectedTerminal terminal, RequestId id, CardRegisterRequest request, CancellationToken cancellationToken)
    {
        if (request.Proof is not Credential.ActivationCode proof)
        {
            Log(terminal, null, "methodNotOffered", null);
            terminal.Link.Fail(id, new RpcError(ErrorCodes.MethodNotOffered, "registration by password is not offered"));
            return;
        }

        var answer = await lookup.AskAsync(new LoginQuestion(terminal.OrgId, terminal.Link.TerminalId, terminal.DeviceId, null, [], []), cancellationToken);
        if (LockoutPolicy.Ask(LockoutState.Parse(answer.TerminalLockout), contexts.Now) is LockoutVerdict.Refused refused)
        {
            Log(terminal, null, "tooManyAttempts", null);
            terminal.Link.Fail(id, new RpcError(
                ErrorCodes.TooManyAttempts, "too many failed logins at this terminal; wait",
                $$"""{"retryAfterSeconds":{{refused.RetryAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture)}}}"""));
            return;
        }

        var card = LoginSecrets.CardNumber(terminal.Rules, request.Card);
        if (card is null)
        {
            Log(terminal, null, "invalidCard", null);
            terminal.Link.Fail(id, new RpcError(ErrorCodes.InvalidParams, "card is not a card number that the rules of this terminal take"));
            return;
        }

        var code = HumanCode.Normalize(proof.Code, HumanCode.ActivationLength);
        var outcome = code is null
            ? new CardRegistration.WrongCode()
            : await registration.RegisterAsync(
                terminal.OrgId, secrets.CodeCandidates(terminal.OrgId, code), secrets.CardCandidates(terminal.OrgId, card),
                LoginSecrets.Suffix(card), $"terminal:{terminal.Link.TerminalId}", cancellationToken);
        Log(terminal, (outcome as CardRegistration.Registered)?.Person.Id, outcome switch
        {
            CardRegistration.Registered => "registered",
            CardRegistration.CardTaken => "cardTaken",
            _ => "wrongCode",
        }, card);
        switch (outcome)
        {
            case CardRegistration.Registered registered:
                terminal.Link.Reply(id, new CardRegisterResult(registered.Person.UserName, registered.Person.DisplayName ?? registered.Person.UserName));
                break;
            case CardRegistration.CardTaken:
                terminal.Link.Fail(id, new RpcError(ErrorCodes.CardTaken, "this card belongs to someone already"));
                break;
            default:
                await lockout.RecordAsync(terminal, null, null, [LockoutEvent.TerminalFailed], null, null, cancellationToken);
                terminal.Link.Fail(id, new RpcError(ErrorCodes.WrongCredentials, "wrong or used-up activation code"));
                break;
        }
    }

    private void Log(ConnectedTerminal terminal, long? personId, string outcome, string? card) => access.Write(new AccessLogEntry(
        contexts.Now, terminal.Link.TerminalId, terminal.DeviceId, personId, "register", outcome, card is null ? null : LoginSecrets.Suffix(card)));
}
