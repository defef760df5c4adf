using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Authentication;
using CopyTrack.MfpSimulator.Panels;
using CopyTrack.Terminal.Protocol.Messages;
using CopyTrack.Terminal.Protocol.Session;

namespace CopyTrack.Integration.Office;

/// <summary>
/// A terminal beside a simulated device, with what the reference terminal does: reconnects with back-off, sends a login again after a lost reply and a
/// logout after a lost connection, takes its session back from the hello, and locks the panel itself after three heartbeats of silence.
/// </summary>
internal sealed class OfficeTerminal : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);

    private readonly string name;
    private readonly TerminalIdentity identity;
    private readonly int port;
    private readonly SwitchPanel panel;
    private readonly Random random;
    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private readonly Task running;
    private readonly List<string> logouts = [];
    private TerminalConnection? ready;
    private OpenSession? session;
    private PendingLogin? login;
    private string? unlocked;
    private long lastHeard;
    private int heartbeatSeconds = 30;
    private int attempts;

    public OfficeTerminal(string name, TerminalIdentity identity, int port, SwitchPanel panel, int seed)
    {
        (this.name, this.identity, this.port, this.panel, random) = (name, identity, port, panel, new Random(seed));
        running = RunAsync();
    }

    /// <summary>The session whose panel is free now, or null.</summary>
    public string? Unlocked
    {
        get
        {
            lock (gate)
            {
                return unlocked;
            }
        }
    }

    /// <summary>The session at this terminal, as far as it knows.</summary>
    public string? Session
    {
        get
        {
            lock (gate)
            {
                return session?.Id;
            }
        }
    }

    /// <summary>Connections made so far.</summary>
    public int Connections { get; private set; }

    /// <summary>A card on the reader. Comes back with the session that it opened, or null when it ended one; throws when it was refused.</summary>
    public Task<string?> BadgeAsync(string card)
    {
        PendingLogin pending;
        lock (gate)
        {
            if (session is { } open && ready is null)
            {
                // Nobody can say what the card means: the owner's ends the session, another's takes over.
                Lock();
                session = null;
                logouts.Add(open.Id);
                if (open.Card == card)
                {
                    return Task.FromResult<string?>(null);
                }
            }

            login = pending = new PendingLogin(card, $"{name}-{++attempts}", new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously));
            if (ready is { } connection)
            {
                _ = connection.SendAsync(pending.Request);
            }
        }

        return pending.Done.Task;
    }

    /// <summary>The key for logging out: the panel locks at once, the server hears of it now or when it is back.</summary>
    public void Logout()
    {
        lock (gate)
        {
            if (session is not { } open)
            {
                return;
            }

            Lock();
            session = null;
            logouts.Add(open.Id);
            _ = ready?.SendAsync(new LogoutRequest(open.Id, "user"));
        }
    }

    /// <summary>Pulls the network cable for a moment.</summary>
    public void CutConnection()
    {
        lock (gate)
        {
            ready?.Cut();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        CutConnection();
        await running;
        stop.Dispose();
    }

    private static long Now => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1000);

    private async Task RunAsync()
    {
        var watch = WatchSilenceAsync();
        for (var tries = 0; !stop.IsCancellationRequested;)
        {
            try
            {
                using var connection = await TerminalConnection.OpenAsync(identity, port, stop.Token);
                tries = 0;
                Connections++;
                await ServeAsync(connection);
            }
            catch (Exception e) when (e is IOException or SocketException or AuthenticationException or OperationCanceledException or ObjectDisposedException)
            {
                tries++;
            }

            lock (gate)
            {
                ready = null;
            }

            await PauseAsync(TimeSpan.FromMilliseconds(Math.Min(4000, 200 << Math.Min(tries, 5)) * (0.5 + (random.NextDouble() / 2))));
        }

        await watch;
    }

    private async Task ServeAsync(TerminalConnection connection)
    {
        Volatile.Write(ref lastHeard, Now);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        var beating = BeatAsync(connection, over.Token);
        await connection.SendAsync(new HelloRequest(1, "Office", "reference", "1", ["card", "embedded"]));
        try
        {
            await connection.ReadAsync(
                () => Volatile.Write(ref lastHeard, Now), (id, request) => AskedAsync(connection, id, request),
                (request, result, error) => AnsweredAsync(connection, request, result, error), _ => { });
        }
        finally
        {
            await over.CancelAsync();
            await beating;
        }
    }

    private async Task BeatAsync(TerminalConnection connection, CancellationToken cancellationToken)
    {
        var beat = new Heartbeat(heartbeatSeconds, Now);
        var seconds = heartbeatSeconds;
        while (await PauseAsync(Tick, cancellationToken))
        {
            if (seconds != heartbeatSeconds)
            {
                (beat, seconds) = (new Heartbeat(heartbeatSeconds, Now), heartbeatSeconds);
            }

            beat.Heard(Volatile.Read(ref lastHeard));
            switch (beat.Check(Now))
            {
                case HeartbeatVerdict.Silent:
                    connection.Cut();
                    return;
                case HeartbeatVerdict.PingDue:
                    await connection.SendAsync(new PingRequest());
                    break;
                default:
                    break;
            }
        }
    }

    private async Task WatchSilenceAsync()
    {
        while (await PauseAsync(Tick, stop.Token))
        {
            lock (gate)
            {
                if (unlocked is not null && ready is null && Now - Volatile.Read(ref lastHeard) >= 3000L * heartbeatSeconds)
                {
                    Lock();
                }
            }
        }
    }

    private async Task AskedAsync(TerminalConnection connection, RequestId id, ServerRequest request)
    {
        PanelResult? result = new EmptyResult();
        RpcError? error = null;
        lock (gate)
        {
            switch (request)
            {
                case PanelUnlock unlock when session?.Id == unlock.Session:
                    Unlock(unlock.Session, unlock.Functions);
                    result = new PanelStateResult("unlocked");
                    break;
                case PanelUnlock:
                    error = new RpcError(ErrorCodes.UnknownSession, "this session is not open at this terminal");
                    break;
                case PanelLock ask:
                    if (ask.Session is null || session is null || session.Id == ask.Session)
                    {
                        Lock();
                        session = null;
                    }

                    result = new PanelStateResult("locked");
                    break;
                default:
                    break;
            }
        }

        await connection.AnswerAsync(id, result, error);
    }

    private async Task AnsweredAsync(TerminalConnection connection, TerminalRequest request, TerminalResult? result, RpcError? error)
    {
        List<TerminalRequest> next = [];
        lock (gate)
        {
            switch (request)
            {
                case HelloRequest when result is HelloResult hello:
                    heartbeatSeconds = hello.HeartbeatSeconds;
                    ready = connection;
                    Restore(hello.Session);
                    next.AddRange(logouts.Select(l => new LogoutRequest(l, "user")));
                    next.AddRange(login is { } interrupted ? [interrupted.Request] : []);
                    break;
                case HelloRequest:
                    connection.Cut();
                    break;
                case LoginRequest sent when login is { } pending && pending.Attempt == sent.Attempt:
                    LoggedIn(pending, result, error);
                    break;
                case LoginRequest when result is LoginResult late && session?.Id != late.Session && !logouts.Contains(late.Session):
                    logouts.Add(late.Session);
                    next.Add(new LogoutRequest(late.Session, "user"));
                    break;
                case LogoutRequest sent when error is not { Code: ErrorCodes.NotReady or ErrorCodes.InternalError }:
                    logouts.Remove(sent.Session);
                    break;
                default:
                    break;
            }
        }

        foreach (var line in next)
        {
            await connection.SendAsync(line);
        }
    }

    private void LoggedIn(PendingLogin pending, TerminalResult? result, RpcError? error)
    {
        if (error is { Code: ErrorCodes.NotReady or ErrorCodes.InternalError })
        {
            // The same attempt goes out again on the next connection.
            ready?.Cut();
            return;
        }

        login = null;
        switch (result)
        {
            case LoginResult opened:
                if (session?.Id != opened.Session)
                {
                    Lock();
                    session = new OpenSession(opened.Session, pending.Card);
                }

                pending.Done.SetResult(opened.Session);
                break;
            case LoggedOutResult ended:
                if (session is null || session.Id == ended.LoggedOut)
                {
                    Lock();
                    session = null;
                }

                pending.Done.SetResult(null);
                break;
            default:
                pending.Done.SetException(new InvalidOperationException($"{name}: login refused: {error?.Code} {error?.Message}"));
                break;
        }
    }

    private void Restore(LoginResult? given)
    {
        if (given is null || logouts.Contains(given.Session))
        {
            Lock();
            session = null;
            return;
        }

        var known = session?.Id == given.Session;
        if (given.State != "active" && !known)
        {
            Lock();
        }

        session = known ? session : new OpenSession(given.Session, "");
        if (given.State == "active" && unlocked != given.Session)
        {
            Unlock(given.Session, given.Functions);
        }
    }

    private void Unlock(string of, IEnumerable<string> functions)
    {
        unlocked = of;
        panel.Unlock(functions.Aggregate(PanelFunctions.None, (all, one) => all | one switch
        {
            "copy" => PanelFunctions.Copy,
            "copyColor" => PanelFunctions.Copy | PanelFunctions.CopyColor,
            "scan" => PanelFunctions.Scan,
            "fax" => PanelFunctions.Fax,
            "print" => PanelFunctions.Print,
            _ => PanelFunctions.None,
        }));
    }

    private void Lock()
    {
        unlocked = null;
        panel.Lock();
    }

    private async Task<bool> PauseAsync(TimeSpan time, CancellationToken? cancellationToken = null)
    {
        try
        {
            await Task.Delay(time, cancellationToken ?? stop.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private sealed record OpenSession(string Id, string Card);

    private sealed record PendingLogin(string Card, string Attempt, TaskCompletionSource<string?> Done)
    {
        public LoginRequest Request { get; } = new(new Credential.Card(Card), Attempt);
    }
}
