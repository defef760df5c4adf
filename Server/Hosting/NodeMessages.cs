using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
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
    /// <summary>Devices rest so many times as long as loading them took: while many are added, that takes a tenth of the time.</summary>
    private const int Rest = 9;

    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(5);

    // One word for any number of changed devices: an agent's first messages add thousands, and panels to lock must not wait behind them.
    private readonly Channel<bool> devicesChanged = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken) =>
        // Whichever breaks ends the service, and with it the server, as the host does with each.
        await await Task.WhenAny(ListenAsync(stoppingToken), LoadDevicesAsync(stoppingToken));

    private async Task ListenAsync(CancellationToken stoppingToken)
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

    /// <summary>Loads devices and prices anew when devices changed, once for all that changed meanwhile.</summary>
    private async Task LoadDevicesAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var _ in devicesChanged.Reader.ReadAllAsync(stoppingToken))
            {
                var began = Stopwatch.GetTimestamp();
                try
                {
                    await catalog.LoadAsync(stoppingToken);
                    await prices.LoadAsync(stoppingToken);
                }
                catch (StorageUnavailableException e)
                {
                    logger.MessageFailed(DeviceRepository.ChangedTopic, e.Message);
                    devicesChanged.Writer.TryWrite(true);
                    await Task.Delay(s_again, stoppingToken);
                }

                await Task.Delay(Stopwatch.GetElapsedTime(began) * Rest, stoppingToken);
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
                    devicesChanged.Writer.TryWrite(true);
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
