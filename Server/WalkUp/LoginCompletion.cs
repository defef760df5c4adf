using System.Globalization;
using CopyTrack.Accounting.Charging;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Identity.Login;
using CopyTrack.Identity.Rights;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Server.WalkUp;

/// <summary>A login that is being answered. <see cref="NameKey"/> is the lock-out key of a submitted name; null for cards and PINs.</summary>
internal sealed record LoginUnderWay(
    ConnectedTerminal Terminal, RequestId Id, LoginRequest Request, LoginMethod Method, LoginQuestion Question, FoundPerson? Person, string? NameKey = null)
{
    /// <summary>True where the panel is locked as soon as a hard limit is used up.</summary>
    public bool LocksAtZero { get; init; }
}

/// <summary>The end of every login, by whatever method: refused and counted, or opened by one commit and answered.</summary>
internal sealed class LoginCompletion(
    ILoginLookup lookup, IDeviceJournal journal, LoginSecrets secrets, LoginLockout lockout, SessionReplies replies, LiveDevices live,
    PanelControl panels, DecisionContexts contexts, IdGenerator ids, IAccessLog access)
{
    private const int CreditSeconds = 8;

    /// <summary>The method is off for this terminal.</summary>
    public void NotOffered(ConnectedTerminal terminal, RequestId id, LoginRequest request)
    {
        terminal.Link.Fail(id, new RpcError(ErrorCodes.MethodNotOffered, "this login method is off for this terminal"));
        Log(terminal, request, null, "methodNotOffered");
    }

    /// <summary>The attempt came before: the same answer again.</summary>
    public void Replay(ConnectedTerminal terminal, RequestId id, LoginRequest request, string stored, long? personId)
    {
        StoredAnswer.Replay(stored, terminal.Link, id);
        Log(terminal, request, personId, "repeated");
    }

    /// <summary>Refuses; what counts is kept before it is told, with its attempt, so that a resend does not count twice.</summary>
    public async Task DenyAsync(LoginUnderWay login, LoginDecision.Denied denied, CancellationToken cancellationToken)
    {
        var error = Error(denied);
        if (!denied.Lockout.IsEmpty)
        {
            await lockout.RecordAsync(login.Terminal, login.Person?.Id, login.NameKey, denied.Lockout, login.Request.Attempt, error, cancellationToken);
        }

        login.Terminal.Link.Fail(login.Id, error);
    }

    /// <summary>Opens (or ends, or gives again) the session of the person, who must be known, and answers.</summary>
    public async Task GrantAsync(LoginUnderWay login, LoginDecision.Granted granted, CancellationToken cancellationToken)
    {
        var (terminal, id, request, method, question, found, nameKey) = login;
        var person = found!;
        var user = new UserInfo(person.UserName, person.DisplayName ?? person.UserName, person.Language);
        var functions = FunctionNames.Format(granted.Rights.Functions);
        var credit = CreditRules.Of(person.Limits);
        var grant = new LoginGrant(ids.Next(), terminal.Link.TerminalId, person.Id, LoginMethods.Name(method), functions, granted.ProjectRequired)
        {
            PriceGroups = contexts.Book?.Relevant(person.Groups), CreditMicros = credit.Left, LocksAtZero = login.LocksAtZero,
        };
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
        if (outcome is LoginOutcome.Opened && credit.Left is { } left)
        {
            // What is left stands on the panel beside the unlock; a terminal without a display answers and forgets it.
            var text = PanelTexts.Credit(person.Language, left, contexts.Currency, credit.IsWarning);
            _ = terminal.Link.RequestAsync(new PanelMessage(text, credit is { IsWarning: false, MayCopy: true } ? "info" : "warning", CreditSeconds), contexts.Options.UnlockRetry, CancellationToken.None);
        }

        live.Follow(outcome.After);
        Log(terminal, request, person.Id, outcome is LoginOutcome.LoggedOut ? "loggedOut" : "granted");
        if (granted.Rehash != Rehash.None || !granted.Lockout.IsEmpty)
        {
            await secrets.RehashAsync(terminal.OrgId, person.Id, request.Credential, terminal.Rules, granted.Rehash, cancellationToken);
            await lockout.RecordAsync(terminal, person.Id, nameKey, granted.Lockout, null, null, cancellationToken);
        }
    }

    /// <summary>Writes the login into the access log; queued behind the answer, so that no login waits for it.</summary>
    public void Log(LoginUnderWay login, string outcome) =>
        Log(login.Terminal, login.Request, login.Person?.Id, outcome, login.Person is null && !login.Question.Cards.IsDefaultOrEmpty ? login.Question.Cards[0] : null);

    private void Log(ConnectedTerminal terminal, LoginRequest request, long? personId, string outcome, KeyedHash? unknown = null) => access.Write(new AccessLogEntry(
        contexts.Now, terminal.Link.TerminalId, terminal.DeviceId, personId, request.Credential.Method, outcome, LoginSecrets.CardSuffix(terminal.Rules, request.Credential)) { UnknownCard = unknown });

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

    /// <summary>The one table from a denial to what the terminal hears (docs/terminal-protocol.md §6).</summary>
    internal static RpcError Error(LoginDecision.Denied denied)
    {
        var text = denied.Code switch
        {
            LoginDenial.UnknownCard => "unknown card",
            LoginDenial.WrongPin => "wrong PIN",
            LoginDenial.WrongCredentials => "wrong user name or password",
            LoginDenial.AccountDisabled => "this account is switched off",
            LoginDenial.AccountLocked => "this account is locked for a while; if it stays so, ask the help desk",
            LoginDenial.PasswordExpired => "the password has expired; change it at a computer first",
            LoginDenial.NotPermitted => "nothing is permitted at this device",
            LoginDenial.TooManyAttempts => "too many failed logins at this terminal; wait",
            LoginDenial.DirectoryUnavailable => "the directory can't be asked now; try again later",
            LoginDenial.SmartcardRejected => "the smart card was not accepted",
            LoginDenial.MethodNotOffered => "this login method is off for this terminal, or copy tracking is not licensed",
            _ => "login refused",
        };
        var data = denied.RetryAfterSeconds is { } seconds ? string.Create(CultureInfo.InvariantCulture, $$"""{"retryAfterSeconds":{{seconds}}}""")
            : denied.Reason is { } reason ? $$"""{"reason":"{{reason}}"}"""
            : null;
        return new RpcError((int)denied.Code, text, data);
    }
}
