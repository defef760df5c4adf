using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.MfpSimulator.Device;
using CopyTrack.MfpSimulator.Panels;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Integration.FaultLab;

/// <summary>A terminal beside a copier, as the reference terminal behaves: resends an attempt, locks by itself, keeps logouts and offline logins until the server has them.</summary>
internal sealed class LabTerminal(VirtualLoop loop, LabClock clock, string id, SimulatedMfp device, SwitchPanel panel, int offlineHours, Random random)
{
    private static readonly TimeSpan s_answer = TimeSpan.FromSeconds(5), s_silence = TimeSpan.FromSeconds(90), s_pause = TimeSpan.FromSeconds(30), s_idle = TimeSpan.FromSeconds(180);

    private readonly Dictionary<string, (string Token, ImmutableArray<string> Functions, DateTimeOffset Until)> vault = [];
    private readonly List<string> lateLogouts = [];
    private readonly List<OfflineEntry> uploads = [];
    private readonly bool mayBeOffline = offlineHours > 0;
    private LabNode? node;
    private LabLink? link;
    private TimeSpan clockOffset;
    private long connection;
    private int next;
    private bool isReady;

    public string Id => id;
    public SimulatedMfp Device => device;
    public List<LabVisit> Visits { get; } = [];
    public List<string> Rejected { get; } = [];

    /// <summary>Reports the device's own jobs; null where it reports none.</summary>
    public LabReporter? Reporter { get; set; }

    /// <summary>The server process that is there; null while none is.</summary>
    public LabNode? Server => HasNetwork ? node : null;

    /// <summary>Who has the panel or waits for it.</summary>
    public LabVisit? Holder { get; private set; }

    /// <summary>When somebody was last at the panel.</summary>
    public DateTimeOffset LeftAt { get; private set; }

    /// <summary>False while its network is down.</summary>
    public bool HasNetwork { get; private set; } = true;

    /// <summary>True when it owes the server nothing and is connected.</summary>
    public bool IsSettled => isReady && Holder is null && uploads.Count == 0 && lateLogouts.Count == 0;

    public bool IsConnected => isReady;

    /// <summary>A server process is there; connects after a moment.</summary>
    public void ServerUp(LabNode up)
    {
        node = up;
        _ = ConnectAsync();
    }

    /// <summary>The server process died: its connections end at once.</summary>
    public void ServerDown()
    {
        node = null;
        Cut();
    }

    /// <summary>The network goes or comes back. The server notices only by silence.</summary>
    public async Task NetworkAsync(bool there)
    {
        HasNetwork = there;
        if (there)
        {
            await ConnectAsync();
            return;
        }

        var (lost, server) = (link, node);
        Cut();
        if (lost is not null && server is not null)
        {
            await DelayAsync(TimeSpan.FromSeconds(random.Next(1, 90)));
            if (!server.Gate.Dead)
            {
                await server.Requests.DisconnectedAsync(lost);
            }
        }
    }

    /// <summary>Logs the person in, offline when the server is away and may be done without. False when nothing came of it.</summary>
    public async Task<bool> LoginAsync(LabVisit visit)
    {
        Visits.Add(visit);
        visit.LoginAt = clock.GetUtcNow();
        var attempt = NewId("a");
        for (var tries = 0; tries < 5; tries++)
        {
            if (!isReady)
            {
                if (mayBeOffline && LoginOffline(visit))
                {
                    return true;
                }

                await DelayAsync(TimeSpan.FromSeconds(2));
                continue;
            }

            switch (await AskAsync(new LoginRequest(new Credential.Card(visit.Card), attempt)))
            {
                case (LoginResult result, _):
                    Enter(visit, result);
                    return true;
                case (LoggedOutResult, _):
                    // Their own session was open still; the card again opens a new one.
                    attempt = NewId("a");
                    break;
                case (_, { Code: ErrorCodes.InternalError or ErrorCodes.NotReady }):
                    await DelayAsync(TimeSpan.FromSeconds(1));
                    break;
                case (_, { } error):
                    visit.Refused = error.Message;
                    return false;
                default:
                    await DelayAsync(TimeSpan.FromSeconds(1));
                    break;
            }
        }

        visit.Refused = "no answer";
        return false;
    }

    /// <summary>The person leaves: locks, and tells the server now or when it can be told.</summary>
    public async Task LogoutAsync(LabVisit visit, bool byCard)
    {
        if (Holder != visit)
        {
            return;
        }

        if (visit.LocalId is not null)
        {
            EndOffline(visit);
            return;
        }

        if (byCard && isReady && visit.HasPanel && await AskAsync(new LoginRequest(new Credential.Card(visit.Card), NewId("a"))) is (LoggedOutResult, _))
        {
            return;
        }

        if (Holder == visit && visit.Session is { } session)
        {
            Release(visit);
            await TellLogoutAsync(session);
        }
    }

    /// <summary>The person touches the panel.</summary>
    public void Touch(LabVisit visit)
    {
        visit.ActiveAt = loop.Now;
        if (Holder == visit && isReady && visit.Session is { } session)
        {
            _ = node!.Requests.NotifiedAsync(link!, new ActivityNotification(session), CancellationToken.None);
        }
    }

    private Task DelayAsync(TimeSpan time) => Task.Delay(time, clock);

    private string NewId(string kind) => string.Create(CultureInfo.InvariantCulture, $"{id}-{kind}{++next}");

    private Task<(TerminalResult? Result, RpcError? Error)> AskAsync(TerminalRequest request) =>
        link is { } open && node is { } server ? open.AskAsync(server.Requests, request, s_answer) : Task.FromResult<(TerminalResult?, RpcError?)>((null, null));

    private async Task ConnectAsync()
    {
        var mine = ++connection;
        while (true)
        {
            await DelayAsync(TimeSpan.FromMilliseconds(random.Next(200, 6000)));
            if (mine != connection || node is null || !HasNetwork)
            {
                return;
            }

            link = new LabLink(loop, id, Received);
            ImmutableArray<string> can = mayBeOffline ? ["card", "panelCable", "offline"] : ["card", "panelCable"];
            if (await AskAsync(new HelloRequest(1, "lab", "lab", "1", can)) is (HelloResult hello, _) && mine == connection && link.IsOpen)
            {
                clockOffset = hello.ServerTime - clock.GetUtcNow();
                await GreetAsync(hello, mine);
                return;
            }

            link?.End();
        }
    }

    private async Task GreetAsync(HelloResult hello, long mine)
    {
        isReady = true;
        if (Holder is { LocalId: not null } offline)
        {
            EndOffline(offline);
        }
        else if (Holder is { } online && hello.Session?.Session != online.Session)
        {
            Release(online);
        }

        if (hello.Session is { } session && Holder is null && !lateLogouts.Contains(session.Session))
        {
            lateLogouts.Add(session.Session);
        }

        while (mine == connection && isReady && (lateLogouts.Count > 0 || uploads.Count > 0))
        {
            if (lateLogouts.Count > 0)
            {
                var logout = lateLogouts[0];
                var (result, error) = await AskAsync(new LogoutRequest(logout, "user"));
                if (result is not null || error is { Code: ErrorCodes.UnknownSession })
                {
                    lateLogouts.Remove(logout);
                    continue;
                }
            }
            else if (await UploadAsync())
            {
                continue;
            }

            await DelayAsync(s_pause);
        }
    }

    private async Task<bool> UploadAsync()
    {
        ImmutableArray<OfflineEntry> some = [.. uploads.Take(20)];
        if (await AskAsync(new OfflineUploadRequest(some)) is not (OfflineUploadResult result, _))
        {
            return false;
        }

        Rejected.AddRange(result.Rejected.Select(r => r.Message));
        return uploads.RemoveAll(u => result.Accepted.Contains(u.LocalId) || result.Rejected.Any(r => r.LocalId == u.LocalId)) > 0;
    }

    /// <summary>A terminal that hears nothing for three heartbeats locks by itself.</summary>
    private void Cut()
    {
        link?.End();
        link = null;
        isReady = false;
        connection++;
        if (Holder is { LocalId: null } holder)
        {
            loop.Timer(
                _ =>
                {
                    if (Holder == holder && !isReady)
                    {
                        Release(holder);
                        if (holder.Session is { } session)
                        {
                            lateLogouts.Add(session);
                        }
                    }
                },
                null, s_silence, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task TellLogoutAsync(string session)
    {
        if (isReady && await AskAsync(new LogoutRequest(session, "user")) is ({ }, _) or (_, { Code: ErrorCodes.UnknownSession }))
        {
            return;
        }

        lateLogouts.Add(session);
        if (isReady)
        {
            await DelayAsync(s_answer);
            if (isReady && lateLogouts.Remove(session))
            {
                await TellLogoutAsync(session);
            }
        }
    }

    private void Enter(LabVisit visit, LoginResult result)
    {
        if (Holder is { } other && other != visit)
        {
            Release(other);
        }

        visit.Session = result.Session;
        Holder = visit;
        if (result.OfflineToken is { } token)
        {
            vault[visit.Card] = (token, result.Functions, loop.Now.AddHours(offlineHours) - s_silence);
        }
    }

    private bool LoginOffline(LabVisit visit)
    {
        if (Holder is { LocalId: null } online)
        {
            // The session of before can't go on without the server.
            Release(online);
            lateLogouts.Add(online.Session!);
        }

        if (Holder is not null || !vault.TryGetValue(visit.Card, out var grant) || loop.Now > grant.Until)
        {
            return false;
        }

        visit.LocalId = NewId("o");
        visit.LoginAt = clock.GetUtcNow() + clockOffset;
        visit.ActiveAt = loop.Now;
        Holder = visit;
        visit.HasPanel = true;
        panel.Unlock(Functions(grant.Functions));
        _ = EndWhenIdleAsync(visit);
        return true;
    }

    /// <summary>Who just walks away is logged out by the terminal itself while the server is away.</summary>
    private async Task EndWhenIdleAsync(LabVisit visit)
    {
        while (Holder == visit)
        {
            var left = visit.ActiveAt + s_idle - loop.Now;
            if (left <= TimeSpan.Zero)
            {
                EndOffline(visit);
                return;
            }

            await loop.DelayAsync(left);
        }
    }

    private void EndOffline(LabVisit visit)
    {
        var grant = vault[visit.Card];
        uploads.Add(new OfflineEntry(visit.LocalId!, grant.Token, visit.LoginAt, clock.GetUtcNow() + clockOffset, grant.Functions));
        Release(visit);
        if (isReady)
        {
            _ = UploadAsync();
        }
    }

    private void Release(LabVisit visit)
    {
        panel.Lock();
        if (visit.Job is { } job)
        {
            device.Cancel(job);
        }

        (visit.HasPanel, visit.Job) = (false, null);
        visit.LeftAt ??= loop.Now;
        if (Holder == visit)
        {
            (Holder, LeftAt) = (null, loop.Now);
        }
    }

    private RpcOutcome Received(ServerRequest request)
    {
        switch (request)
        {
            case PanelUnlock unlock when Holder?.Session == unlock.Session && Holder is { } holder:
                holder.HasPanel = true;
                panel.Unlock(Functions(unlock.Functions));
                return new RpcOutcome(null, null);
            case PanelUnlock:
                return new RpcOutcome(null, new RpcError(ErrorCodes.UnknownSession, "not at this panel"));
            case PanelLock { Session: var session } when Holder is { LocalId: null } mine && (session is null || mine.Session == session):
                Release(mine);
                return new RpcOutcome(null, null);
            default:
                return new RpcOutcome(null, null);
        }
    }

    private static PanelFunctions Functions(ImmutableArray<string> names) => names.Aggregate(PanelFunctions.None, (all, name) => all | name switch
    {
        "copy" => PanelFunctions.Copy, "copyColor" => PanelFunctions.Copy | PanelFunctions.CopyColor, "scan" => PanelFunctions.Scan, "fax" => PanelFunctions.Fax, _ => PanelFunctions.None,
    });
}
