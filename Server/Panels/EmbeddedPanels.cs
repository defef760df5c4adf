using System.Collections.Concurrent;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.WalkUp;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Server.Panels;

/// <summary>A device whose panel asks for pages, as its credential says. <see cref="TerminalId"/>: the terminal of its certificate, null for a device with its own secret.</summary>
internal sealed record PanelDevice(long Id, long OrgId, string Name, string? TerminalId);

/// <summary>
/// The panel pages of all devices that are asked for here. A panel that no page was asked of for three heartbeats counts as gone, like a terminal's connection. Pages of one panel may
/// be asked of several nodes: what the device's journal says stands, whichever node said the rest.
/// </summary>
internal sealed class EmbeddedPanels(PanelRepository rows, ProjectRepository projects, ITerminalRequests server, IDeviceJournal journal, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(15), s_silence = TimeSpan.FromSeconds(90);
    private static readonly HelloRequest s_hello = new(1, "CopyTrack", "panel pages", "1", ["card", "pin", "password", "embedded", "projects"]);

    private readonly ConcurrentDictionary<string, EmbeddedPanel> panels = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim opening = new(1, 1);

    /// <summary>What terminals talk to.</summary>
    public ITerminalRequests Server => server;

    /// <summary>The device's panel as things stand; null when the device has no place here (its terminal was revoked). Throws <see cref="StorageUnavailableException"/>.</summary>
    public async Task<EmbeddedPanel?> OfAsync(PanelDevice device, CancellationToken cancellationToken)
    {
        var id = device.TerminalId ?? PanelRepository.TerminalOf(device.Id);
        if (await OpenAsync(device, id, cancellationToken) is not { } panel)
        {
            return null;
        }

        panel.SeenAt = time.GetUtcNow();
        var open = (await journal.ReadAsync(device.Id, cancellationToken))?.Open is { } there && there.Record.TerminalId == id ? there : null;
        if (!panel.Follow(open) && await panel.AskAsync(server, s_hello, cancellationToken) is not (HelloResult, _))
        {
            return null;
        }

        if (open?.Record.ProjectId is { } chosen && panel.State.Project?.Id != SessionText.Of(chosen)
            && await projects.FindForPersonAsync(device.OrgId, open.Record.PersonId, SessionText.Of(chosen), cancellationToken) is { } project)
        {
            panel.Chose(SessionReplies.Project(project));
        }

        return panel;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        opening.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_look, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await SweepAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    /// <summary>Ends the panels that went silent.</summary>
    internal async Task SweepAsync()
    {
        foreach (var (id, panel) in panels)
        {
            if ((!panel.IsOpen || time.GetUtcNow() - panel.SeenAt > s_silence) && panels.TryRemove(new KeyValuePair<string, EmbeddedPanel>(id, panel)))
            {
                panel.Close("silent", null);
                await server.DisconnectedAsync(panel);
            }
        }
    }

    private async Task<EmbeddedPanel?> OpenAsync(PanelDevice device, string id, CancellationToken cancellationToken)
    {
        if (panels.TryGetValue(id, out var known) && known.IsOpen)
        {
            return known;
        }

        await opening.WaitAsync(cancellationToken);
        try
        {
            if (panels.TryGetValue(id, out known) && known.IsOpen)
            {
                return known;
            }

            if (device.TerminalId is null)
            {
                await rows.EnsureTerminalAsync(device.OrgId, device.Id, time.GetUtcNow(), cancellationToken);
            }

            var panel = new EmbeddedPanel(id, device.Id, device.Name) { SeenAt = time.GetUtcNow() };
            if (await panel.AskAsync(server, s_hello, cancellationToken) is not (HelloResult, _))
            {
                return null;
            }

            panels[id] = panel;
            return panel;
        }
        finally
        {
            opening.Release();
        }
    }
}
