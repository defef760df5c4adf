using System.Collections.Concurrent;
using System.Collections.Immutable;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Receipts;
using CopyTrack.Server.WalkUp;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Server.Soap;

/// <summary>What a device said of itself in its hello.</summary>
internal sealed record PanelIdentity(string Maker, string Model, string Firmware, ImmutableArray<string> Capabilities);

/// <summary>The device may not be its own terminal.</summary>
internal sealed class PanelRefused(string message) : Exception(message);

/// <summary>
/// Devices that are their own terminals. Each has a terminal of its own in the walk-up, so that lock-outs, sessions, settling and revocation are those of every
/// terminal; one that is not heard for three heartbeats has gone.
/// </summary>
internal sealed class EmbeddedPanels(
    ITerminalRequests requests, TerminalRepository terminals, IDeviceJournal journal, ReceiptRepository receipts, PanelControl control, DecisionContexts contexts, LiveDevices live, TerminalPolicy policy, TimeProvider time, ILogger<EmbeddedPanels> logger) : BackgroundService
{
    private static readonly PanelIdentity Unknown = new("unknown", "embedded", "unknown", ["card", "pin", "password"]);

    private readonly ConcurrentDictionary<long, Panel> panels = new();

    /// <summary>Says hello for the device; its session, if one is open, goes on.</summary>
    public async Task<(HelloResult? Result, RpcError? Error)> HelloAsync(DeviceCaller device, PanelIdentity identity, CancellationToken cancellationToken)
    {
        var panel = await OpenAsync(device, cancellationToken);
        await panel.Gate.WaitAsync(cancellationToken);
        try
        {
            return await HelloAsync(panel, identity, cancellationToken);
        }
        finally
        {
            panel.Gate.Release();
        }
    }

    /// <summary>A request of the walk-up from the device's panel.</summary>
    public async Task<(TerminalResult? Result, RpcError? Error)> AskAsync(DeviceCaller device, TerminalRequest request, CancellationToken cancellationToken) =>
        await (await ConnectedAsync(device, cancellationToken)).Link.AskAsync(requests, request, cancellationToken);

    /// <summary>How the panel is, by its own word; a device that was not heard before is welcomed first.</summary>
    public async Task HeardAsync(DeviceCaller device, bool unlocked, string? session, CancellationToken cancellationToken)
    {
        var panel = await ConnectedAsync(device, cancellationToken);
        panel.Link.Panel(unlocked, session);
        await requests.NotifiedAsync(panel.Link, new PanelStateNotification(unlocked ? "unlocked" : "locked", null), cancellationToken);
        if (unlocked && session is not null)
        {
            await requests.NotifiedAsync(panel.Link, new ActivityNotification(session), cancellationToken);
        }

        panel.Told = (unlocked, session);
        if (unlocked && session is not null && SessionText.Parse(session) is { } id)
        {
            await UnlockedAsync(device.DeviceId, id, cancellationToken);
        }
    }

    /// <summary>
    /// What the device is to do: what waits for it, and what makes its panel be as the journal says, whichever node or start of the server said the rest.
    /// </summary>
    public async Task<IReadOnlyList<PanelCommand>> CommandsAsync(DeviceCaller device, CancellationToken cancellationToken)
    {
        if (!panels.TryGetValue(device.DeviceId, out var panel))
        {
            return [];
        }

        List<PanelCommand> commands = [.. panel.Link.Commands()];
        var state = await journal.ReadAsync(device.DeviceId, cancellationToken);
        var open = state?.Open?.Record is { } record && record.TerminalId == panel.Link.TerminalId ? record : null;
        var session = open is null ? null : SessionText.Of(open.Id);
        if (panel.Told is { Unlocked: true } told && told.Session != session && !commands.Exists(c => c.Kind is "lock" or "unlock"))
        {
            commands.Add(new PanelCommand("lock", told.Session, [], "logout"));
        }
        else if (panel.Told is { Unlocked: false } && open is not null && (state!.Open!.UnlockedAt is not null || control.MayUnlock(state)) && !commands.Exists(c => c.Kind == "unlock"))
        {
            // The device has restarted in the middle of a session, or the command waits for it at another node.
            commands.Add(new PanelCommand("unlock", session, [.. open.Functions.Split(';', StringSplitOptions.RemoveEmptyEntries)], null));
        }

        if (ReportedMeters.IsUsed(state) && (await receipts.WaitingAsync(device.DeviceId, 1, cancellationToken)).Count > 0)
        {
            commands.Add(new PanelCommand("readCounters", null, [], null));
        }

        return commands;
    }

    /// <summary>The device says that it is free for the session: whichever node sent the unlock need not wait any more.</summary>
    private async Task UnlockedAsync(long deviceId, long session, CancellationToken cancellationToken)
    {
        if ((await journal.ReadAsync(deviceId, cancellationToken))?.Open is { UnlockedAt: null } open && open.Record.Id == session)
        {
            var after = await journal.ApplyAsync(deviceId, s => WalkUpRules.Unlocked(s, contexts.At(unlocked: session)), cancellationToken);
            if (live.IsLive(deviceId))
            {
                live.Follow(after);
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(Math.Max(1, policy.HeartbeatSeconds / 3.0)), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var silent = time.GetUtcNow() - TimeSpan.FromSeconds(3 * policy.HeartbeatSeconds);
                foreach (var (device, panel) in panels.Where(p => p.Value.HeardAt < silent && p.Value.Welcomed).ToList())
                {
                    panels.TryRemove(KeyValuePair.Create(device, panel));
                    panel.Link.Close("silent", null);
                    logger.PanelSilent(device);
                    await requests.DisconnectedAsync(panel.Link);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task<Panel> ConnectedAsync(DeviceCaller device, CancellationToken cancellationToken)
    {
        var panel = await OpenAsync(device, cancellationToken);
        await panel.Gate.WaitAsync(cancellationToken);
        try
        {
            if (!panel.Welcomed && (await HelloAsync(panel, Unknown, cancellationToken)).Error is { } error)
            {
                throw new PanelRefused(error.Message);
            }

            return panel;
        }
        finally
        {
            panel.Gate.Release();
        }
    }

    private async Task<(HelloResult? Result, RpcError? Error)> HelloAsync(Panel panel, PanelIdentity identity, CancellationToken cancellationToken)
    {
        var capabilities = identity.Capabilities.Add("embedded");
        var (result, error) = await panel.Link.AskAsync(requests, new HelloRequest(1, identity.Maker, identity.Model, identity.Firmware, capabilities), cancellationToken);
        panel.Welcomed = result is not null;
        return (result as HelloResult, error);
    }

    private async Task<Panel> OpenAsync(DeviceCaller device, CancellationToken cancellationToken)
    {
        if (!panels.TryGetValue(device.DeviceId, out var panel) || !panel.Link.IsOpen || (device.TerminalId is { } named && named != panel.Link.TerminalId))
        {
            var id = device.TerminalId ?? await TerminalAsync(device, cancellationToken);
            panel = panels.AddOrUpdate(
                device.DeviceId, _ => new Panel(new EmbeddedLink(id)), (_, old) => old.Link.IsOpen && old.Link.TerminalId == id ? old : new Panel(new EmbeddedLink(id)));
        }

        panel.HeardAt = time.GetUtcNow();
        return panel;
    }

    /// <summary>The terminal that stands for the device's own panel; made at the first word of a device with a secret of its own.</summary>
    private async Task<string> TerminalAsync(DeviceCaller device, CancellationToken cancellationToken)
    {
        var name = $"{device.Name} (own panel)";
        var known = await terminals.FindAsync(device.OrgId, name, cancellationToken);
        if (known is { RevokedAt: not null } || (known is not null && known.DeviceId != device.DeviceId))
        {
            throw new PanelRefused("the panel of this device was revoked; an administrator can give the device a certificate or rename the terminal");
        }

        return (known ?? await terminals.EnsureAsync(device.OrgId, name, device.DeviceId, "embedded", "device", cancellationToken)).Id;
    }

    private sealed class Panel(EmbeddedLink link)
    {
        public EmbeddedLink Link => link;

        public SemaphoreSlim Gate { get; } = new(1, 1);

        public bool Welcomed { get; set; }

        public DateTimeOffset HeardAt { get; set; }

        public (bool Unlocked, string? Session)? Told { get; set; }
    }
}
