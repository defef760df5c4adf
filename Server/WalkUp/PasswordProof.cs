using CopyTrack.Identity.Kerberos;
using CopyTrack.Identity.Lockout;
using CopyTrack.Identity.Login;
using CopyTrack.Server.Data;
using CopyTrack.Server.Kerberos;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Server.WalkUp;

/// <summary>Who a person is by user name and password, for what is no login: the same order of checks, the same counting, the same words.</summary>
internal sealed class PasswordProof(ILoginLookup lookup, KerberosSignIn signIn, LoginPeople people, LoginLockout lockout, DecisionContexts contexts)
{
    /// <summary>The person, or the denial with the person it concerns (null when nobody is known).</summary>
    public async Task<(FoundPerson? Person, LoginDecision.Denied? Denied)> CheckAsync(ConnectedTerminal terminal, Credential.Password password, CancellationToken cancellationToken)
    {
        var requested = signIn.Requested(password.UserName);
        var nameKey = requested is null ? null : SubmittedNames.Key(requested);
        var question = new LoginQuestion(terminal.OrgId, terminal.Link.TerminalId, terminal.DeviceId, null, [], []) { Principal = requested, NameKey = nameKey };
        var answer = await lookup.AskAsync(question, cancellationToken);
        var nameState = LockoutState.Parse(answer.NameLockout);
        if (VerifiedLoginPolicy.Before(LockoutState.Parse(answer.TerminalLockout), nameState, LockoutState.Parse(answer.Person?.Lockout), contexts.Now) is { } stopped)
        {
            return (answer.Person, stopped);
        }

        var outcome = await signIn.PasswordAsync(password.UserName, password.Secret, cancellationToken);
        if (outcome is not KerberosOutcome.Verified verified)
        {
            var denied = KerberosReplies.Denial(LoginMethod.Password, (KerberosOutcome.Failed)outcome);
            await lockout.RecordAsync(terminal, answer.Person?.Id, nameKey, denied.Lockout, null, null, cancellationToken);
            return (answer.Person, denied);
        }

        var principal = verified.Client.ToString();
        answer = await lookup.AskAsync(question with { Principal = principal }, cancellationToken);
        if (answer.Person is null)
        {
            signIn.NobodyHas(principal);
        }

        var decision = VerifiedLoginPolicy.After(LoginMethod.Password, answer.Person is { } found ? people.Of(terminal, answer, found) : null, nameState, contexts.Now);
        await lockout.RecordAsync(terminal, answer.Person?.Id, nameKey, decision.Lockout, null, null, cancellationToken);
        return (answer.Person, decision as LoginDecision.Denied);
    }
}
