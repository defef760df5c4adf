using System.Text.Json;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Charging;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Gateway;
using CopyTrack.Server.Polling;
using CopyTrack.Server.WalkUp;

namespace CopyTrack.Server.Hosting;

/// <summary>Acts on messages of other nodes and of command-line verbs: panels to lock, terminals revoked, devices changed.</summary>
internal sealed class NodeMessages(
    IOutbox outbox, ITerminalDirectory directory, WalkUpControl control, RemotePanelMessages panels, OfflinePresence presence, TerminalSettings settings, DeviceCatalog catalog, PriceBooks prices, ILogger<NodeMessages> logger) : BackgroundService
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
                    try
                    {
                        // Its panel is locked first; the refresh cuts the line.
                        if (Terminal(message) is { } revoked)
                        {
                            await control.EndAsync(revoked, EndReason.Revoked, cancellationToken);
                        }
                    }
                    finally
                    {
                        await directory.RefreshAsync(cancellationToken);
                    }

                    break;
                case TerminalRepository.ChangedTopic:
                    if (Terminal(message) is { } changed)
                    {
                        await settings.RefreshAsync(changed, cancellationToken);
                    }

                    break;
                case OfflinePresence.Topic:
                    await presence.TakeAsync(message.Payload);
                    break;
                case DeviceRepository.ChangedTopic:
                    await catalog.LoadAsync(cancellationToken);
                    await prices.LoadAsync(cancellationToken);
                    break;
                case PriceListRepository.ChangedTopic:
                    await prices.LoadAsync(cancellationToken);
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

    private static string? Terminal(OutboxMessage message) => JsonSerializer.Deserialize<Dictionary<string, string>>(message.Payload)?.GetValueOrDefault("terminal");
}
