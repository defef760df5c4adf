using System.Text.Json;
using CopyTrack.Identity.Lockout;
using CopyTrack.Identity.Login;
using CopyTrack.Server.Data;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Server.WalkUp;

/// <summary>
/// session.login by card, card and PIN, or PIN: one look at the database decides, one commit opens, then the reply and the unlock behind it
/// (docs/terminal-protocol.md §3 to §5).
/// </summary>
internal sealed class LoginFlow(ILoginLookup lookup, LoginSecrets secrets, LoginCompletion completion, LoginPeople people, DecisionContexts contexts)
{
    /// <summary>Answers the login.</summary>
    public async Task HandleAsync(ConnectedTerminal terminal, RequestId id, LoginRequest request, CancellationToken cancellationToken)
    {
        if (LoginMethods.Parse(request.Credential.Method) is not { } method || !terminal.Offered.Contains(method))
        {
            completion.NotOffered(terminal, id, request);
            return;
        }

        var question = secrets.Question(terminal, request.Credential, request.Attempt) with { Today = contexts.Today };
        var answer = await lookup.AskAsync(question, cancellationToken);
        if (answer.StoredReply is { } stored)
        {
            completion.Replay(terminal, id, request, stored, answer.Person?.Id);
            return;
        }

        var facts = new LoginFacts
        {
            Method = method,
            Offered = true,
            Terminal = LockoutState.Parse(answer.TerminalLockout),
            Person = answer.Person is { } found
                ? people.Of(terminal, answer, found) with { Pin = method == LoginMethod.Card ? SecretCheck.NotAsked : LoginSecrets.Check(found.Pin, question.Pins) }
                : null,
        };
        var login = new LoginUnderWay(terminal, id, request, method, question, answer.Person) { LocksAtZero = answer.LocksAtZero };
        switch (LoginPolicy.Decide(facts, contexts.Now))
        {
            case LoginDecision.Denied denied:
                await completion.DenyAsync(login, denied, cancellationToken);
                completion.Log(login, JsonNamingPolicy.CamelCase.ConvertName(denied.Code.ToString()));
                break;
            case LoginDecision.Granted granted:
                await completion.GrantAsync(login, granted, cancellationToken);
                break;
            default:
                throw new InvalidOperationException("a login decision without a case");
        }
    }
}
