using System.Collections.Immutable;
using System.Text.Json;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Identity.Cards;
using CopyTrack.Identity.Lockout;
using CopyTrack.Identity.Login;
using CopyTrack.Identity.Rights;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Server.WalkUp;

/// <summary>
/// session.login by card, card and PIN, or PIN: one look at the database decides, one commit opens, then the reply and the unlock behind it
/// (docs/terminal-protocol.md §3 to §5).
/// </summary>
internal sealed class LoginFlow(
    ILoginLookup lookup, IDeviceJournal journal, LoginSecrets secrets, LoginLockout lockout, SessionReplies replies,
    LiveDevices live, PanelControl panels, DecisionContexts contexts, TerminalPolicy policy, IdGenerator ids, IAccessLog access)
{
    /// <summary>Answers the login.</summary>
    public async Task HandleAsync(ConnectedTerminal terminal, RequestId id, LoginRequest request, CancellationToken cancellationToken)
    {
        if (LoginMethods.Parse(request.Credential.Method) is not { } method || !terminal.Offered.Contains(method))
        {
            terminal.Link.Fail(id, new RpcError(ErrorCodes.MethodNotOffered, "this login method is off for this terminal"));
            Log(terminal, request, null, "methodNotOffered");
            return;
        }

        var question = secrets.Question(terminal, request.Credential, request.Attempt);
        var answer = await lookup.AskAsync(question, cancellationToken);
        if (answer.StoredReply is { } stored)
        {
            StoredAnswer.Replay(stored, terminal.Link, id);
            Log(terminal, request, answer.Person?.Id, "repeated");
            return;
        }

        switch (LoginPolicy.Decide(Facts(terminal, method, question, answer), contexts.Now))
        {
            case LoginDecision.Denied denied:
                await DenyAsync(terminal, id, request.Attempt, answer, denied, cancellationToken);
                Log(terminal, request, answer.Person?.Id, JsonNamingPolicy.CamelCase.ConvertName(denied.Code.ToString()));
                break;
            case LoginDecision.Granted granted:
                await GrantAsync(terminal, id, request, method, question, answer, granted, cancellationToken);
                break;
            default:
                throw new InvalidOperationException("a login decision without a case");
        }
    }

    private LoginFacts Facts(ConnectedTerminal terminal, LoginMethod method, LoginQuestion question, LoginAnswer answer) => new()
    {
        Method = method,
        Offered = true,
        Terminal = LockoutState.Parse(answer.TerminalLockout),
        Person = answer.Person is not { } person ? null : new LoginPerson
        {
            Id = person.Id,
            Enabled = person.Enabled,
            ProjectRequired = person.ProjectRequired,
            Pin = method == LoginMethod.Card ? SecretCheck.NotAsked : LoginSecrets.Check(person.Pin, question.Pins),
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
            },
        },
    };

    private async Task DenyAsync(
        ConnectedTerminal terminal, RequestId id, string? attempt, LoginAnswer answer, LoginDecision.Denied denied, CancellationToken cancellationToken)
    {
        var error = Error(denied);
        if (!denied.Lockout.IsEmpty)
        {
            // What counts is kept before it is told, with its attempt, so that a resend does not count twice.
            await lockout.RecordAsync(terminal, answer.Person?.Id, denied.Lockout, attempt, error, cancellationToken);
        }

        terminal.Link.Fail(id, error);
    }

    private async Task GrantAsync(
        ConnectedTerminal terminal, RequestId id, LoginRequest request, LoginMethod method, LoginQuestion question, LoginAnswer answer,
        LoginDecision.Granted granted, CancellationToken cancellationToken)
    {
        var person = answer.Person!;
        var user = new UserInfo(person.UserName, person.DisplayName ?? person.UserName, person.Language);
        var functions = FunctionNames.Format(granted.Rights.Functions);
        var grant = new LoginGrant(ids.Next(), terminal.Link.TerminalId, person.Id, LoginMethods.Name(method), functions, granted.ProjectRequired);
        var draft = new SessionRecord
        {
            Id = grant.SessionId, DeviceId = terminal.DeviceId, TerminalId = grant.TerminalId, PersonId = person.Id, State = SessionState.Opening, Method = grant.Method,
            Functions = functions, ProjectRequired = granted.ProjectRequired, OpenedAt = contexts.Now, LastActivityAt = contexts.Now,
        };
        var result = await replies.ForAsync(terminal, draft, user, cancellationToken);
        LoginOutcome outcome;
        try
        {
            outcome = await journal.ApplyAsync(
                terminal.DeviceId,
                s => WalkUpRules.Login(s, contexts.Claiming() with { Unlocked = panels.AckOf(s) }, grant, o => Attempt(terminal, request.Attempt, o, result)),
                cancellationToken);
        }
        catch (AttemptExistsException)
        {
            // The same attempt came twice at once; the other one was first and its answer stands.
            StoredAnswer.Replay((await lookup.AskAsync(question, cancellationToken)).StoredReply!, terminal.Link, id);
            Log(terminal, request, person.Id, "repeated");
            return;
        }

        Answer(terminal, id, outcome, result);
        live.Follow(outcome.After);
        Log(terminal, request, person.Id, outcome is LoginOutcome.LoggedOut ? "loggedOut" : "granted");
        if (granted.Rehash != Rehash.None || !granted.Lockout.IsEmpty)
        {
            await secrets.RehashAsync(terminal.OrgId, person.Id, request.Credential, terminal.Rules, granted.Rehash, cancellationToken);
            await lockout.RecordAsync(terminal, person.Id, granted.Lockout, null, null, cancellationToken);
        }
    }

    /// <summary>Queued behind the answer, so that no login waits for it.</summary>
    private void Log(ConnectedTerminal terminal, LoginRequest request, long? personId, string outcome) => access.Write(new AccessLogEntry(
        contexts.Now, terminal.Link.TerminalId, terminal.DeviceId, personId, request.Credential.Method, outcome,
        LoginSecrets.CardSuffix(terminal.Rules, request.Credential)));

    private void Answer(ConnectedTerminal terminal, RequestId id, LoginOutcome outcome, LoginResult result)
    {
        switch (outcome)
        {
            case LoginOutcome.Opened opened:
                if (opened.HandedOver is { } old)
                {
                    panels.Lock(old);
                }

                terminal.Link.Reply(id, result);
                if (opened.After.Settling is not null)
                {
                    _ = terminal.Link.RequestAsync(new PanelMessage("One moment: the pages before yours are being counted.", "info", (int)contexts.Options.Handover.TotalSeconds), contexts.Options.UnlockRetry, CancellationToken.None);
                }

                break;
            case LoginOutcome.Same same:
                terminal.Link.Reply(id, result with { Session = SessionText.Of(same.Session.Record.Id), Functions = [.. same.Session.Record.Functions.Split(';')] });
                break;
            case LoginOutcome.LoggedOut loggedOut:
                terminal.Link.Reply(id, new LoggedOutResult(SessionText.Of(loggedOut.Session.Id)));
                panels.Lock(loggedOut.Session);
                break;
            default:
                throw new InvalidOperationException("a login outcome without a case");
        }
    }

    private AttemptRecord? Attempt(ConnectedTerminal terminal, string? attempt, LoginOutcome outcome, LoginResult result)
    {
        if (attempt is null)
        {
            return null;
        }

        var (session, answer) = outcome switch
        {
            LoginOutcome.Opened o => (o.Session.Record.Id, new StoredAnswer(result, null, null)),
            LoginOutcome.Same s => (s.Session.Record.Id, new StoredAnswer(result with { Session = SessionText.Of(s.Session.Record.Id) }, null, null)),
            LoginOutcome.LoggedOut l => (l.Session.Id, new StoredAnswer(null, SessionText.Of(l.Session.Id), null)),
            _ => throw new InvalidOperationException("a login outcome without a case"),
        };
        return new AttemptRecord(terminal.Link.TerminalId, attempt, contexts.Now, session, answer.ToJson());
    }

    private static RpcError Error(LoginDecision.Denied denied)
    {
        var text = denied.Code switch
        {
            LoginDenial.UnknownCard => "unknown card",
            LoginDenial.WrongPin => "wrong PIN",
            LoginDenial.AccountDisabled => "this account is switched off",
            LoginDenial.AccountLocked => "too many wrong tries; this account is locked for a while",
            LoginDenial.NotPermitted => "nothing is permitted at this device",
            LoginDenial.TooManyAttempts => "too many failed logins at this terminal; wait",
            LoginDenial.MethodNotOffered => "this login method is off for this terminal",
            _ => "login refused",
        };
        var data = denied.RetryAfterSeconds is { } seconds
            ? $$"""{"retryAfterSeconds":{{seconds.ToString(System.Globalization.CultureInfo.InvariantCulture)}}}"""
            : null;
        return new RpcError((int)denied.Code, text, data);
    }

    private static DeviceFunctions? Functions(string? text) =>
        string.IsNullOrEmpty(text) ? null : FunctionNames.TryParse(text, out var functions, out _) ? functions : DeviceFunctions.None;
}
