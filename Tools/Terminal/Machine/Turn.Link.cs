using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Terminal.Machine;

/// <content>The connection: hello, heartbeats, back-off, requests in flight.</content>
internal sealed partial class Turn
{
    private const int MaxInFlight = 16, MaxBacklog = 64;
    private static readonly TimeSpan GreetTime = TimeSpan.FromSeconds(15), CloseTime = TimeSpan.FromSeconds(5);

    private void Alive() => State = State with { LastHeard = now };

    private void DueLink()
    {
        if (State is { Link: LinkPhase.Down, HeldDown: false, Stopping: false, ReconnectAt: { } at } && now >= at)
        {
            State = State with { Link = LinkPhase.Connecting, ReconnectAt = null };
            Out(new TerminalOutput.Connect());
        }
        var open = State.Link is LinkPhase.Greeting or LinkPhase.Ready;
        if (open && now >= State.LastHeard + (3 * State.Heartbeat))
        {
            Drop("silence");
        }
        else if ((State.GreetBy is { } greet && now >= greet) || (State.CloseBy is { } close && now >= close))
        {
            Drop(State.CloseBy is null ? "no answer to hello" : "closing");
        }
        else if (State.Link == LinkPhase.Ready && now >= State.LastPing + State.Heartbeat)
        {
            State = State with { LastPing = now };
            Request(new Flight.Ping(), new PingRequest());
        }
    }

    private void Greet()
    {
        State = State with { Link = LinkPhase.Greeting, LastHeard = now, LastPing = now, GreetBy = now + GreetTime };
        Request(new Flight.Hello(), new HelloRequest(1, policy.Vendor, policy.Model, policy.Firmware, policy.Capabilities));
    }

    private void Drop(string reason)
    {
        Out(new TerminalOutput.CloseLink(reason));
        LinkLost(reason);
    }

    private void LinkLost(string reason)
    {
        if (State.Link == LinkPhase.Down)
        {
            return;
        }
        var wasReady = State.Link == LinkPhase.Ready;
        var flights = State.Flights.Values.Concat(State.Backlog.Select(waiting => waiting.Flight)).ToArray();
        var tries = wasReady ? 0 : State.FailedTries + 1;
        State = State with
        {
            Link = LinkPhase.Down, DownSince = State.DownSince ?? now, GreetBy = null, CloseBy = null, RetryAfter = null, FailedTries = tries,
            ReconnectAt = State.HeldDown || State.Stopping ? null : State.RetryAfter is { } after && after > now ? after + Jitter(TimeSpan.FromMilliseconds(250)) : now + Pause(tries),
            Flights = State.Flights.Clear(), Backlog = [], PanelTasks = [.. State.PanelTasks.Select(task => task with { Request = null })],
            Login = State.Login is { } login ? login with { SentAs = null } : null,
            Logouts = [.. State.Logouts.Select(logout => logout with { SentAs = null })], UploadAt = now, Signing = null,
        };
        foreach (var flight in flights)
        {
            Bad(flight switch { Flight.Projects p => p.Tag, Flight.Project p => p.Tag, Flight.Register r => r.Tag, _ => null }, null, "the connection was lost");
        }
        Tell(wasReady ? "disconnected" : "connectFailed", new Fact("reason", reason), new Fact("retryInMilliseconds", State.ReconnectAt is { } at ? (long)(at - now).TotalMilliseconds : null));
    }

    /// <summary>Half of the pause is certain, half is drawn, so that a thousand terminals do not come back in one second.</summary>
    private TimeSpan Pause(int tries)
    {
        var full = TimeSpan.FromTicks(Math.Min(policy.ReconnectMax.Ticks, policy.ReconnectMin.Ticks << Math.Min(tries, 20)));
        return (full / 2) + Jitter(full / 2);
    }

    private TimeSpan Jitter(TimeSpan most)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{policy.Seed} {now.UtcTicks}"));
        return most * (BitConverter.ToUInt32(hash) / (double)uint.MaxValue);
    }

    private void TakeClosing(TerminalInput.Closing closing)
    {
        var pause = closing.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 3600)) : closing.Reason == "replaced" ? policy.ReconnectMax : TimeSpan.Zero;
        State = State with { RetryAfter = now + pause, CloseBy = now + CloseTime };
        Tell("closing", new Fact("reason", closing.Reason), new Fact("retryAfterSeconds", closing.RetryAfterSeconds));
    }

    private void HoldDown(string? tag)
    {
        State = State with { HeldDown = true, ReconnectAt = null };
        if (State.Link != LinkPhase.Down)
        {
            Drop("command");
        }
        Good(tag);
    }

    private void LetGo(string? tag)
    {
        State = State with { HeldDown = false, FailedTries = 0, ReconnectAt = State.Link == LinkPhase.Down ? now : State.ReconnectAt };
        Good(tag);
    }

    /// <summary>Sends, or keeps the request until fewer are in flight. False when even the backlog is full.</summary>
    private bool Request(Flight flight, TerminalRequest request)
    {
        if (State.Flights.Count >= MaxInFlight)
        {
            if (State.Backlog.Count() >= MaxBacklog)
            {
                return false;
            }
            State = State with { Backlog = State.Backlog.Enqueue((flight, request)) };
            return true;
        }
        var id = State.NextId;
        State = State with { NextId = id + 1, Flights = State.Flights.Add(id, flight) };
        State = flight switch
        {
            Flight.Login login when State.Login?.Attempt == login.Attempt => State with { Login = State.Login with { SentAs = id } },
            Flight.Logout logout => State with { Logouts = [.. State.Logouts.Select(queued => queued.What.Session == logout.Session ? queued with { SentAs = id } : queued)] },
            _ => State,
        };
        Out(new TerminalOutput.Send(id, request));
        return true;
    }

    private void TakeReply(TerminalInput.Replied reply)
    {
        if (!State.Flights.TryGetValue(reply.Id, out var flight))
        {
            return;
        }
        State = State with { Flights = State.Flights.Remove(reply.Id) };
        while (State.Flights.Count < MaxInFlight && !State.Backlog.IsEmpty)
        {
            State = State with { Backlog = State.Backlog.Dequeue(out var next) };
            Request(next.Flight, next.Request);
        }
        switch (flight)
        {
            case Flight.Hello: HelloAnswered(reply.Result as HelloResult, reply.Error); break;
            case Flight.Login login: LoginAnswered(login.Attempt, reply.Result, reply.Error); break;
            case Flight.Logout logout: LogoutAnswered(logout.Session, reply.Error); break;
            case Flight.Projects projects: ProjectsAnswered(projects.Tag, reply.Result as ProjectsResult, reply.Error); break;
            case Flight.Project project: ProjectAnswered(project, reply.Result as ProjectResult, reply.Error); break;
            case Flight.Register register: RegisterAnswered(register.Tag, reply.Result as CardRegisterResult, reply.Error); break;
            case Flight.Upload upload: UploadAnswered(upload.LocalIds, reply.Result as OfflineUploadResult, reply.Error); break;
            case Flight.Ping: break;
        }
    }

    private void HelloAnswered(HelloResult? hello, RpcError? error)
    {
        if (hello is null)
        {
            Drop($"hello refused ({error?.Code})");
            return;
        }
        State = State with
        {
            Link = LinkPhase.Ready, GreetBy = null, DownSince = null, FailedTries = 0, LoginMethods = hello.LoginMethods, Offline = hello.Offline,
            Heartbeat = TimeSpan.FromSeconds(Math.Clamp(hello.HeartbeatSeconds, 1, 3600)), Idle = TimeSpan.FromSeconds(Math.Clamp(hello.IdleTimeoutSeconds, 1, 86_400)),
            ClockOffset = hello.ServerTime - now, LastPing = now,
        };
        Tell("connected", new Fact("terminal", hello.Terminal), new Fact("device", hello.Device.Name), new Fact("loginMethods", hello.LoginMethods),
            new Fact("heartbeatSeconds", hello.HeartbeatSeconds), new Fact("session", hello.Session?.Session));
        if (!hello.Offline.Allowed || hello.Offline.Hours <= 0)
        {
            Out(new TerminalOutput.ForgetToken(null));
        }
        Restore(hello.Session);
        foreach (var logout in State.Logouts)
        {
            Request(new Flight.Logout(logout.What.Session), new LogoutRequest(logout.What.Session, logout.What.Reason));
        }
        ConvertOffline();
        if (State.Login is { SentAs: null } login)
        {
            SendLogin(login);
        }
        if (State.Panel == PanelIs.Fault)
        {
            Out(new TerminalOutput.Notify(new PanelStateNotification("fault", "the relay does not answer")));
        }
    }
}
