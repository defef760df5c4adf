using System.Text.Json;
using CopyTrack.Identity.Lockout;
using CopyTrack.Identity.Login;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Server.WalkUp;

/// <summary>card.register: a person binds a card to themselves with an activation code or their password (docs/terminal-protocol.md §3, §6).</summary>
internal sealed class CardRegisterFlow(ILoginLookup lookup, CardRepository registration, LoginSecrets secrets, LoginLockout lockout, PasswordProof passwords,
    DecisionContexts contexts, IAccessLog access)
{
    /// <summary>Answers the request. Wrong codes count as failed logins of the terminal; a card that is taken does not.</summary>
    public async Task HandleAsync(ConnectedTerminal terminal, RequestId id, CardRegisterRequest request, CancellationToken cancellationToken)
    {
        if (request.Proof is Credential.Password password && terminal.Offered.Contains(LoginMethod.Password))
        {
            await ByPasswordAsync(terminal, id, request.Card, password, cancellationToken);
            return;
        }

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

        if (Number(terminal, id, request.Card) is not { } card)
        {
            return;
        }

        var code = HumanCode.Normalize(proof.Code, HumanCode.ActivationLength);
        var outcome = code is null
            ? new CardRegistration.WrongCode()
            : await registration.RegisterAsync(
                terminal.OrgId, secrets.CodeCandidates(terminal.OrgId, code), secrets.CardCandidates(terminal.OrgId, card),
                LoginSecrets.Suffix(card), $"terminal:{terminal.Link.TerminalId}", cancellationToken);
        if (outcome is CardRegistration.WrongCode)
        {
            await lockout.RecordAsync(terminal, null, null, [LockoutEvent.TerminalFailed], null, null, cancellationToken);
        }

        Answer(terminal, id, card, outcome);
    }

    private async Task ByPasswordAsync(ConnectedTerminal terminal, RequestId id, string text, Credential.Password password, CancellationToken cancellationToken)
    {
        if (Number(terminal, id, text) is not { } card)
        {
            return;
        }

        var (person, denied) = await passwords.CheckAsync(terminal, password, cancellationToken);
        if (denied is not null || person is null)
        {
            var refusal = denied ?? new LoginDecision.Denied(LoginDenial.NotPermitted);
            Log(terminal, person?.Id, JsonNamingPolicy.CamelCase.ConvertName(refusal.Code.ToString()), card);
            terminal.Link.Fail(id, LoginCompletion.Error(refusal));
            return;
        }

        Answer(terminal, id, card, await registration.RegisterForAsync(
            terminal.OrgId, person.Id, secrets.CardCandidates(terminal.OrgId, card), LoginSecrets.Suffix(card), $"terminal:{terminal.Link.TerminalId}", cancellationToken));
    }

    /// <summary>The card's number, or null when no rule takes it; the terminal is told then.</summary>
    private string? Number(ConnectedTerminal terminal, RequestId id, string text)
    {
        var card = LoginSecrets.CardNumber(terminal.Rules, text);
        if (card is null)
        {
            Log(terminal, null, "invalidCard", null);
            terminal.Link.Fail(id, new RpcError(ErrorCodes.InvalidParams, "card is not a card number that the rules of this terminal take"));
        }

        return card;
    }

    private void Answer(ConnectedTerminal terminal, RequestId id, string card, CardRegistration outcome)
    {
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
                terminal.Link.Fail(id, new RpcError(ErrorCodes.WrongCredentials, "wrong or used-up activation code"));
                break;
        }
    }

    private void Log(ConnectedTerminal terminal, long? personId, string outcome, string? card) => access.Write(new AccessLogEntry(
        contexts.Now, terminal.Link.TerminalId, terminal.DeviceId, personId, "register", outcome, card is null ? null : LoginSecrets.Suffix(card)));
}
