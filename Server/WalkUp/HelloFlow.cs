using CopyTrack.Accounting.Sessions;
using CopyTrack.Identity.Login;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Server.WalkUp;

/// <summary>terminal.hello: who the terminal is, where it stands, and the session it owns if one is still open (docs/terminal-protocol.md §3, §5).</summary>
internal sealed class HelloFlow(
    WalkUpRepository rows, IDeviceJournal journal, TerminalRoster roster, LiveDevices live, SessionReplies replies, DecisionContexts contexts, TerminalPolicy policy,
    OfflinePresence presence)
{
    /// <summary>A terminal without a place is not to come back at once.</summary>
    private const int RevokedRetrySeconds = 300;

    /// <summary>Answers the hello; a terminal that was revoked or lost its device in the meantime is told so and cut.</summary>
    public async Task HandleAsync(ITerminalLink link, RequestId id, HelloRequest hello, CancellationToken cancellationToken)
    {
        var row = await rows.FindTerminalAsync(link.TerminalId, cancellationToken);
        if (row is null or { RevokedAt: not null } or { DeviceDeletedAt: not null })
        {
            link.Fail(id, new RpcError(ErrorCodes.NotReady, "this terminal has no device; ask an administrator"));
            link.Close("revoked", RevokedRetrySeconds);
            return;
        }

        var terminal = ConnectedTerminal.From(link, row, hello.Capabilities, policy);
        await rows.SeenAsync(link.TerminalId, hello.Vendor, hello.Model, hello.Firmware, string.Join(';', hello.Capabilities), contexts.Node, contexts.Now, cancellationToken);
        var session = await ResumeAsync(row.DeviceId, link.TerminalId, cancellationToken);
        roster.Enter(terminal);
        link.Reply(id, new HelloResult(
            link.TerminalId, new DeviceInfo(SessionText.Of(row.DeviceId), row.DeviceName, row.DeviceLocation ?? ""), contexts.Now, policy.HeartbeatSeconds,
            (int)contexts.Options.Idle.TotalSeconds, [.. terminal.Offered.Select(LoginMethods.Name)], new OfflinePolicy(terminal.Offline, terminal.Offline ? policy.OfflineHours : 0),
            session is { } s ? await replies.AgainAsync(terminal, s.Open!.Record, cancellationToken) : null));
        presence.Came(terminal);
        if (session is not null)
        {
            live.Follow(session);
        }
    }

    /// <summary>The connection is gone: its session goes on for the idle time in all.</summary>
    public async Task GoneAsync(ITerminalLink link, CancellationToken cancellationToken)
    {
        if (roster.Leave(link) is not { } terminal)
        {
            return;
        }

        await presence.WentAsync(terminal);
        await rows.GoneAsync(link.TerminalId, contexts.Node, contexts.Now, cancellationToken);
        if (live.IsLive(terminal.DeviceId))
        {
            var outcome = await journal.ApplyAsync(
                terminal.DeviceId,
                // Not when another node has the session: the terminal said hello there, and this connection is an old one.
                s => s.ClaimOwner == contexts.Node ? WalkUpRules.Terminal(s, contexts.At(), link.TerminalId, connected: false) : (new DeviceChange(), new EndOutcome(s, null)),
                cancellationToken);
            live.Follow(outcome.After);
        }
    }

    /// <summary>The device's state with this node as its owner, if the terminal's session is still open; else null.</summary>
    private async Task<DeviceState?> ResumeAsync(long deviceId, string terminalId, CancellationToken cancellationToken)
    {
        if ((await journal.ReadAsync(deviceId, cancellationToken))?.Open?.Record.TerminalId != terminalId)
        {
            return null;
        }

        var outcome = await journal.ApplyAsync(
            deviceId, s => WalkUpRules.Terminal(s, contexts.Claiming(), terminalId, connected: true), cancellationToken);
        return outcome.After.Open?.Record.TerminalId == terminalId ? outcome.After : null;
    }
}
