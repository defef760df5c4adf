using System.Security.Cryptography;

namespace CopyTrack.Server.Gateway;

/// <summary>
/// What concerns all connections together: the one ticker of all heartbeats, the regular look at revocations, and the planned end. Before the web
/// server stops, terminals are told and their requests in flight finish.
/// </summary>
internal sealed class GatewayLifetime(
    TerminalRegistry registry, TerminalDirectory directory, GatewayOptions options, TimeProvider time, ILogger<GatewayLifetime> logger) : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_drainLook = TimeSpan.FromMilliseconds(20);

    /// <summary>Seconds after which revocations are read even when nothing told of one: a lost message between nodes delays one by no more.</summary>
    private const int RefreshSeconds = 60;

    /// <summary>Seconds that a revoked terminal is told to stay away.</summary>
    private const int RevokedRetrySeconds = 3_600;

    private volatile bool ending;

    /// <summary>Tells a connection that comes while the server ends that it ends.</summary>
    public void Greet(TerminalLink link)
    {
        if (ending)
        {
            link.BeginDrain(RetryAfter());
            link.EndDrain(force: true);
        }
    }

    /// <summary>Reads terminals and certificates anew and ends the connections that are no longer allowed.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await directory.RefreshAsync(cancellationToken);
        foreach (var link in registry.Links)
        {
            if (directory.Judge(link.TerminalId, link.Identity.Serial) == Admission.Refused)
            {
                link.LockPanel("revoked");
                link.Close("revoked", RevokedRetrySeconds);
            }
        }
    }

    public async Task StartingAsync(CancellationToken cancellationToken) => await directory.RefreshAsync(cancellationToken);

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        ending = true;
        logger.Draining(registry.Count);
        foreach (var link in registry.Links)
        {
            link.BeginDrain(RetryAfter());
        }
        var begin = time.GetTimestamp();
        while (true)
        {
            var force = time.GetElapsedTime(begin).TotalSeconds >= options.DrainSeconds || cancellationToken.IsCancellationRequested;
            var left = registry.Links.Count(link => !link.EndDrain(force));
            if (force || (left == 0 && registry.Count == 0))
            {
                return;
            }
            await Task.Delay(s_drainLook, time, CancellationToken.None);
        }
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_tick, time);
        var ticks = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                foreach (var link in registry.Links)
                {
                    link.Tick();
                }
                if (++ticks % RefreshSeconds == 0)
                {
                    await TryRefreshAsync(stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The planned end.
        }
    }

    private async Task TryRefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RefreshAsync(cancellationToken);
        }
        catch (Exception ex) when (ex is not OperationCanceledException)
        {
            // A database that is away must not stop the heartbeats.
            logger.RefreshFailed(ex);
        }
    }

    // Spread, so that a site does not come back in one second.
    private int RetryAfter() => options.RetryAfterSeconds + RandomNumberGenerator.GetInt32(options.RetryAfterSeconds + 1);
}
