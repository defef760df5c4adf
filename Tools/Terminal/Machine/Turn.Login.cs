using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Terminal.Machine;

/// <content>Logins: cards, PINs, attempts and their answers.</content>
internal sealed partial class Turn
{
    private const int MaxSecret = 256;

    private void TakeCard(TerminalInput.CardShown shown)
    {
        var (card, tag) = shown;
        if (State.Stopping || card.Length is 0 or > MaxSecret)
        {
            Bad(tag, null, "no card");
            return;
        }
        if (State.Login is { } login)
        {
            if (login.CardNumber == card)
            {
                Bad(tag, null, "this card's login is under way");
            }
            else
            {
                Bad(State.NextCard?.Tag, null, "another card came");
                State = State with { NextCard = shown };
            }
            return;
        }
        State = State with { Waiting = null };
        if (EndedByCard(card, tag))
        {
            return;
        }
        if (State.LoginMethods.Contains("card"))
        {
            BeginLogin(new Credential.Card(card), tag);
        }
        else if (State.LoginMethods.Contains("card+pin"))
        {
            State = State with { Waiting = new CardWaiting(card, now + policy.PinWait, false) };
            Show("pin", 0);
            Good(tag, new Fact("waiting", "pin"));
        }
        else
        {
            LoginRefused(tag, ErrorCodes.MethodNotOffered, "cards are not offered here", null);
        }
    }

    /// <summary>A card at an open panel while the server can't say what it means: the owner's card logs out (then nothing more happens), another card takes over.</summary>
    private bool EndedByCard(string card, string? tag)
    {
        if (State.OfflineLogin is { } offline)
        {
            EndOffline(offline.Card == card ? "logout" : "handover");
            if (offline.Card == card)
            {
                Good(tag, new Fact("loggedOut", offline.LocalId));
                return true;
            }
        }
        if (State.Session is not { } session)
        {
            return false;
        }
        var same = session.Card == card;
        if (State.Link == LinkPhase.Ready && !(same && !State.LoginMethods.Contains("card")))
        {
            return false;
        }
        EndSession("card", same ? "logout" : "handover");
        if (same)
        {
            Good(tag, new Fact("loggedOut", session.Id));
        }
        return same;
    }

    private void TakeTyped(TerminalInput.Typed typed)
    {
        Show("idle", 0);
        if (State.Stopping || typed.Text.Length is 0 or > MaxSecret)
        {
            Bad(typed.Tag, null, "nothing typed");
        }
        else if (State.Signing is { Asked: false } signing)
        {
            TakeCardPin(signing, typed.Text, typed.Tag);
        }
        else if (State.Waiting is { } waiting)
        {
            State = State with { Waiting = null };
            if (waiting.ForCode)
            {
                TakeRegister(waiting.Card, typed.Text, typed.Tag);
            }
            else
            {
                BeginLogin(new Credential.CardAndPin(waiting.Card, typed.Text), typed.Tag);
            }
        }
        else if (State.Session is { AwaitingProject: true })
        {
            TakeProject(new TerminalInput.ChooseProject(typed.Text, typed.Tag));
        }
        else if (TakeNameOrPassword(typed.Text, typed.Tag))
        {
            return;
        }
        else if (State.LoginMethods.Contains("pin") || typed.Tag is not null)
        {
            BeginLogin(new Credential.Pin(typed.Text), typed.Tag);
        }
        else
        {
            LoginRefused(null, ErrorCodes.MethodNotOffered, "a PIN alone is not offered here", null);
        }
    }

    private void TakeTyping(int count)
    {
        Show(State.Signing is not null ? "cardPin" : State.TypedName is not null ? "password" : State.Waiting is { ForCode: false } ? "pin" : State.Waiting is not null ? "code" : State.Session is { AwaitingProject: true } ? "project" : "pin", count);
        if (State.Waiting is { } waiting)
        {
            State = State with { Waiting = waiting with { Until = now + policy.PinWait } };
        }
        if (State.Signing is { Asked: false } signing)
        {
            State = State with { Signing = signing with { Until = now + policy.PinWait }, Login = State.Login is { } login ? login with { Since = now } : null };
        }
        if (State.TypedName is { } name)
        {
            State = State with { TypedName = name with { Until = now + policy.PinWait } };
        }
        if (State is { Session.AwaitingProject: false } or { OfflineLogin: not null })
        {
            TakeActivity(null);
        }
    }

    private void Show(string what, int count) => Tell("display", new Fact("state", what), new Fact("masked", new string('*', Math.Clamp(count, 0, 32))));

    private void BeginLogin(Credential credential, string? tag)
    {
        if (State.Stopping || State.Login is not null)
        {
            Bad(tag, null, State.Stopping ? "stopping" : "a login is under way");
            return;
        }
        var attempt = string.Create(CultureInfo.InvariantCulture, $"{policy.Seed}-{State.NextId}");
        var login = new LoginInProgress(attempt, credential, tag, now, null);
        State = State with { Login = login, NextId = State.NextId + 1 };
        if (State.Link == LinkPhase.Ready)
        {
            SendLogin(login);
        }
        else
        {
            Show("waitingForServer", 0);
        }
    }

    private void SendLogin(LoginInProgress login) => Request(new Flight.Login(login.Attempt), new LoginRequest(login.Credential, login.Attempt));

    private void LoginAnswered(string attempt, TerminalResult? result, RpcError? error)
    {
        if (State.Login is not { } login || login.Attempt != attempt)
        {
            // The person gave up, or the answer came too late: nobody stands there for this session.
            if (result is LoginResult late && State.Session?.Id != late.Session)
            {
                Abandon(late.Session);
            }
            return;
        }
        switch (result)
        {
            case LoginResult opened: LoggedIn(login, opened); break;
            case LoggedOutResult ended: ToldLoggedOut(login, ended.LoggedOut); break;
            default: LoginFailed(login, error ?? new RpcError(ErrorCodes.InternalError, "the answer can't be read")); break;
        }
        if (State is { Login: null, NextCard: { } next })
        {
            State = State with { NextCard = null };
            TakeCard(next);
        }
    }

    private void Abandon(string session)
    {
        QueueLogout(session, "user");
        Request(new Flight.Logout(session), new LogoutRequest(session, "user"));
    }

    private void LoggedIn(LoginInProgress login, LoginResult opened)
    {
        State = State with { Login = null };
        if (login.Cancelled)
        {
            Bad(login.Tag, null, "cancelled");
            Abandon(opened.Session);
            return;
        }
        if (State.Session?.Id != opened.Session && !State.PanelWish.IsEmpty && !(login.Converts && !opened.Projects.Required))
        {
            Lock("handover", null, State.Session?.Id);
        }
        State = State with
        {
            Idle = TimeSpan.FromSeconds(Math.Clamp(opened.IdleTimeoutSeconds, 1, 86_400)),
            Session = new OpenSession(opened.Session, opened.User.Name, opened.Functions, opened.Projects.Required && State.Session?.Id != opened.Session, login.CardNumber)
            {
                SmartCard = login.Credential is Credential.SmartCard,
            },
        };
        if (login.CardNumber is { } card && opened.OfflineToken is { Length: > 0 } token && State.Offline is { Allowed: true, Hours: > 0 } && policy.OfflineWanted)
        {
            Out(new TerminalOutput.KeepToken(card, new OfflineGrant(token, opened.Functions, now + TimeSpan.FromHours(Math.Min(State.Offline.Hours, 24 * 366)))));
        }
        Tell("login", new Fact("session", opened.Session), new Fact("user", opened.User.Name), new Fact("displayName", opened.User.DisplayName), new Fact("functions", opened.Functions));
        if (opened.Projects.Required)
        {
            TellProjects(opened);
        }
        Good(login.Tag, new Fact("session", opened.Session), new Fact("user", opened.User.Name), new Fact("functions", opened.Functions),
            new Fact("projectRequired", opened.Projects.Required), new Fact("recent", opened.Projects.Recent.Select(Facts).ToImmutableArray()));
    }

    private void ToldLoggedOut(LoginInProgress login, string session)
    {
        State = State with { Login = null };
        if (State.Session?.Id == session || State.Session is null)
        {
            State = State with { Session = null };
            Lock("logout", null, session);
        }
        Good(login.Tag, new Fact("loggedOut", session));
    }

    private void LoginFailed(LoginInProgress login, RpcError error)
    {
        if (error.Code == ErrorCodes.NotReady && now < login.Since + policy.LoginWait)
        {
            // The server is closing: the same attempt goes out again on the next connection.
            State = State with { Login = login with { SentAs = null } };
            return;
        }
        if (login.CardNumber is { } card && error.Code is ErrorCodes.UnknownCard or ErrorCodes.AccountDisabled or ErrorCodes.NotPermitted)
        {
            Out(new TerminalOutput.ForgetToken(login.CardNumber));
        }
        FailLogin(login, error.Code, error.Message, error.DataJson);
        if (error.Code == ErrorCodes.UnknownCard && login is { Tag: null, CardNumber: { } unknown })
        {
            State = State with { Waiting = new CardWaiting(unknown, now + policy.PinWait, true) };
            Show("code", 0);
        }
    }

    private void FailLogin(LoginInProgress login, int? code, string message, string? data = null)
    {
        State = State with { Login = null };
        if (State.Signing is { } signing)
        {
            RefuseSign(signing, ErrorCodes.Cancelled);
        }
        if (login.Converts)
        {
            Lock("error", null);
        }
        LoginRefused(login.Tag, code, message, data);
    }

    private void LoginRefused(string? tag, int? code, string message, string? data)
    {
        Tell("loginError", new Fact("code", code), new Fact("message", message), new Fact("data", data));
        Bad(tag, code, message);
    }

    private void DueLogin()
    {
        if (State.Waiting is { } waiting && now >= waiting.Until)
        {
            State = State with { Waiting = null };
            Show("idle", 0);
        }
        if (State.Login is not { } login)
        {
            return;
        }
        var away = State.Link != LinkPhase.Ready;
        if (away && login is { LookedUp: false, Credential: Credential.Card card } && policy.OfflineWanted && State.DownSince is { } since && now >= since + policy.OfflineAfter)
        {
            State = State with { Login = login with { LookedUp = true } };
            Out(new TerminalOutput.LookUp(card.Number));
        }
        else if ((login.SentAs is null && now >= login.Since + policy.LoginWait) || now >= login.Since + (3 * policy.LoginWait))
        {
            FailLogin(login, null, "the server did not answer");
        }
    }
}
