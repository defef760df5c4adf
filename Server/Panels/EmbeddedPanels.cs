using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.WalkUp;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Server.Panels;

/// <summary>
/// The panel pages of all devices that are asked for here. A device shows who it is by HTTP Basic over TLS: its name, and the secret that 'device credential' made.
/// A panel that no page was asked of for three heartbeats counts as gone, like a terminal's connection.
/// </summary>
internal sealed class EmbeddedPanels(
    DeviceRepository devices, PanelRepository rows, ITerminalRequests server, TimeProvider time, ILogger<EmbeddedPanels> logger) : BackgroundService
{
    private const int MostBasic = 600;
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(15), s_silence = TimeSpan.FromSeconds(90);

    private readonly ConcurrentDictionary<long, EmbeddedPanel> panels = new();
    private readonly SemaphoreSlim opening = new(1, 1);

    private readonly PartitionedRateLimiter<string> failures = PartitionedRateLimiter.Create<string, string>(who => RateLimitPartition.GetTokenBucketLimiter(
        who, _ => new TokenBucketRateLimiterOptions { TokenLimit = 10, TokensPerPeriod = 10, ReplenishmentPeriod = TimeSpan.FromMinutes(1), AutoReplenishment = true }));

    /// <summary>What terminals talk to.</summary>
    public ITerminalRequests Server => server;

    /// <summary>The panel of the device whose name and secret the header holds; null for any other header, and for an address with too many wrong ones.</summary>
    public async Task<EmbeddedPanel?> OfAsync(string? authorization, string address, CancellationToken cancellationToken)
    {
        if (failures.GetStatistics(address) is { CurrentAvailablePermits: 0 })
        {
            return null;
        }

        if (Read(authorization) is not var (name, secret) || MachineSecret.Hash(secret, MachineSecret.DevicePrefix) is not { } hash
            || await devices.FindByCredentialAsync(hash, cancellationToken) is not { Enabled: true } device || device.NameFolded != NameFolding.Fold(name))
        {
            if (authorization is not null)
            {
                using var lease = failures.AttemptAcquire(address);
                logger.PanelRefused(address);
            }

            return null;
        }

        var panel = await OpenAsync(device, cancellationToken);
        panel?.SeenAt = time.GetUtcNow();
        return panel;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        failures.Dispose();
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
        foreach (var (device, panel) in panels)
        {
            if ((!panel.IsOpen || time.GetUtcNow() - panel.SeenAt > s_silence) && panels.TryRemove(new KeyValuePair<long, EmbeddedPanel>(device, panel)))
            {
                panel.Close("silent", null);
                await server.DisconnectedAsync(panel);
            }
        }
    }

    private async Task<EmbeddedPanel?> OpenAsync(DeviceRow device, CancellationToken cancellationToken)
    {
        if (panels.TryGetValue(device.Id, out var known) && known.IsOpen)
        {
            return known;
        }

        await opening.WaitAsync(cancellationToken);
        try
        {
            if (panels.TryGetValue(device.Id, out known) && known.IsOpen)
            {
                return known;
            }

            await rows.EnsureTerminalAsync(device.OrgId, device.Id, time.GetUtcNow(), cancellationToken);
            var panel = new EmbeddedPanel(PanelRepository.TerminalOf(device.Id), device.Name) { SeenAt = time.GetUtcNow() };
            var hello = new HelloRequest(1, "CopyTrack", "panel pages", "1", ["card", "pin", "password", "embedded", "projects"]);
            if (await panel.AskAsync(server, hello, cancellationToken) is not (HelloResult, _))
            {
                return null;
            }

            panels[device.Id] = panel;
            return panel;
        }
        finally
        {
            opening.Release();
        }
    }

    private static (string Name, string Secret)? Read(string? authorization)
    {
        const string scheme = "Basic ";
        if (authorization is not { Length: <= MostBasic } header || !header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var bytes = new byte[MostBasic];
        try
        {
            if (!Convert.TryFromBase64String(header[scheme.Length..].Trim(), bytes, out var length))
            {
                return null;
            }

            var text = Encoding.UTF8.GetString(bytes, 0, length);
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            return colon <= 0 ? null : (text[..colon], text[(colon + 1)..]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}

/// <summary>Log events of panel pages.</summary>
internal static partial class Log
{
    [LoggerMessage(2310, LogLevel.Warning, "Panel pages were asked for from {Address} without the name and secret of a device.")]
    public static partial void PanelRefused(this ILogger logger, string address);
}
