using System.Text.Json;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Gateway;
using CopyTrack.Server.Polling;
using CopyTrack.Server.WalkUp;

namespace CopyTrack.Server.Hosting;

/// <summary>Acts on messages of other nodes and of command-line verbs: panels to lock, terminals revoked, devices changed.</summary>
internal sealed class NodeMessages(
    IOutbox outbox, ITerminalDirectory directory, WalkUpControl control, RemotePanelMessages panels, OfflinePresence presence, DeviceCatalog catalog, ILogger<NodeMessages> logger) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var message in outbox.SubscribeAsync(stoppingToken))
            {
                await TakeAsync(message, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task TakeAsync(OutboxMessage message, CancellationToken cancellationToken)
    {
        try
        {
            switch (message.Topic)
            {
                case RemotePanels.Topic:
                    panels.Take(message.Payload);
                    break;
                case TerminalRepository.RevokedTopic:
                    if (JsonSerializer.Deserialize<Dictionary<string, string>>(message.Payload)?.GetValueOrDefault("terminal") is { } terminal)
                    {
                        await control.EndAsync(terminal, EndReason.Revoked, cancellationToken);
                    }

                    await directory.RefreshAsync(cancellationToken);
                    break;
                case OfflinePresence.Topic:
                    await presence.TakeAsync(message.Payload);
                    break;
                case DeviceRepository.ChangedTopic:
                    await catalog.LoadAsync(cancellationToken);
                    break;
                default:
                    // Events for listeners of the API.
                    break;
            }
        }
        catch (Exception e) when (e is StorageUnavailableException or JsonException)
        {
            logger.MessageFailed(message.Topic, e.Message);
        }
    }
}
