using System.Text.Json;
using CopyTrack.Identity.Kerberos;
using CopyTrack.Identity.Lockout;
using CopyTrack.Identity.Login;
using CopyTrack.Server.Data;
using CopyTrack.Server.Kerberos;
using CopyTrack.Terminal.Protocol.Codecs;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Server.WalkUp;

/// <summary>
/// session.login by user name and password or by smart card (docs/terminal-protocol.md §3, §4): lock-out is asked, then Kerberos, then the whole verified
/// principal is looked up in the user table. Nothing of a directory is believed but that principal.
/// </summary>
internal sealed class KerberosLoginFlow(ILoginLookup lookup, KerberosSignIn signIn, KerberosSite site, LoginCompletion completion, LoginPeople people, DecisionContexts contexts)
{
    /// <summary>Answers the login. One password at a time at a terminal, so that what a wrong one counts is kept before the next; two smart cards.</summary>
    public async Task HandleAsync(ConnectedTerminal terminal, RequestId id, LoginRequest request, CancellationToken cancellationToken)
    {
        var method = request.Credential is Credential.Password ? LoginMethod.Password : LoginMethod.SmartCard;
        if (!terminal.Offered.Contains(method))
        {
            completion.NotOffered(terminal, id, request);
            return;
        }

        var gate = method == LoginMethod.Password ? terminal.PasswordGate : terminal.SmartCardGate;
        await gate.WaitAsync(cancellationToken);
        try
        {
            await CheckAsync(terminal, id, request, method, cancellationToken);
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task CheckAsync(ConnectedTerminal terminal, RequestId id, LoginRequest request, LoginMethod method, CancellationToken cancellationToken)
    {
        var requested = request.Credential is Credential.Password { UserName: var typed } ? signIn.Requested(typed) : null;
        var nameKey = requested is null ? null : SubmittedNames.Key(requested);
        var question = new LoginQuestion(terminal.OrgId, terminal.Link.TerminalId, terminal.DeviceId, request.Attempt, [], []) { Principal = requested, NameKey = nameKey, Today = contexts.Today };
        var answer = await lookup.AskAsync(question, cancellationToken);
        if (answer.StoredReply is { } stored)
        {
            completion.Replay(terminal, id, request, stored, answer.Person?.Id);
            return;
        }

        var login = new LoginUnderWay(terminal, id, request, method, question, answer.Person, nameKey);
        var (terminalState, nameState) = (LockoutState.Parse(answer.TerminalLockout), LockoutState.Parse(answer.NameLockout));
        if (VerifiedLoginPolicy.Before(terminalState, nameState, LockoutState.Parse(answer.Person?.Lockout), contexts.Now) is { } stopped)
        {
            await DenyAsync(login, stopped, cancellationToken);
            return;
        }

        var outcome = request.Credential switch
        {
            Credential.Password password => await signIn.PasswordAsync(password.UserName, password.Secret, cancellationToken),
            Credential.SmartCard card => await signIn.SmartCardAsync(card.Certificate, (what, ct) => SignAsync(terminal, id, what, ct), cancellationToken),
            _ => throw new InvalidOperationException("a credential that Kerberos does not check"),
        };
        if (outcome is KerberosOutcome.Failed failed)
        {
            await DenyAsync(login, KerberosReplies.Denial(method, failed), cancellationToken);
            return;
        }

        await VerifiedAsync(login, ((KerberosOutcome.Verified)outcome).Client.ToString(), nameState, cancellationToken);
    }

    private async Task VerifiedAsync(LoginUnderWay login, string principal, LockoutState nameState, CancellationToken cancellationToken)
    {
        var question = login.Question with { Principal = principal };
        var answer = await lookup.AskAsync(question, cancellationToken);
        var verified = login with { Question = question, Person = answer.Person, LocksAtZero = answer.LocksAtZero };
        var person = answer.Person is { } found ? people.Of(login.Terminal, answer, found) : null;
        if (person is null)
        {
            signIn.NobodyHas(principal);
        }

        switch (VerifiedLoginPolicy.After(login.Method, person, nameState, contexts.Now))
        {
            case LoginDecision.Denied denied:
                await DenyAsync(verified, denied, cancellationToken);
                break;
            case LoginDecision.Granted granted:
                await completion.GrantAsync(verified, granted, cancellationToken);
                break;
            default:
                throw new InvalidOperationException("a login decision without a case");
        }
    }

    private async Task DenyAsync(LoginUnderWay login, LoginDecision.Denied denied, CancellationToken cancellationToken)
    {
        await completion.DenyAsync(login, denied, cancellationToken);
        completion.Log(login, JsonNamingPolicy.CamelCase.ConvertName(denied.Code.ToString()));
    }

    /// <summary>Lets the card in the terminal sign; a terminal that is gone or does not answer in time gave no signature.</summary>
    private async Task<CardAnswer> SignAsync(ConnectedTerminal terminal, RequestId login, CardSignature what, CancellationToken cancellationToken)
    {
        var request = new CardSign(login, what.Algorithm, what.ToBeSigned, what.Content);
        var outcome = await terminal.Link.RequestAsync(request, site.SignPatience, cancellationToken);
        return outcome switch
        {
            null => new CardAnswer.None("noAnswer"),
            { Error: { } error } => new CardAnswer.None(error.Code is <= ErrorCodes.CardRemoved and >= ErrorCodes.Cancelled ? ErrorCodes.NameOf(error.Code) : "refused"),
            { Result: { } result } when PanelResultDecoder.Decode(request, result) is SignatureResult signature => new CardAnswer.Signed(signature.Signature.ToArray()),
            _ => new CardAnswer.None("refused"),
        };
    }
}
