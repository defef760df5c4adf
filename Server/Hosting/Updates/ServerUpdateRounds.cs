using CopyTrack.Accounting.Fleet;
using CopyTrack.Accounting.Fleet.Updates;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Fleet.Updates;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Hosting.Updates;

/// <summary>
/// Looks every few seconds whether a version is to be installed on this node: because somebody asked for it, or by itself in the hours given. One node after the other takes its turn and
/// hands the version to its supervisor, which ends this process; what runs afterwards tells how it ended, and only then the next node begins.
/// </summary>
internal sealed class ServerUpdateRounds(ServerVersions versions, ServerUpdates updates, UpdateOptions options, ReportOptions site, TimeProvider time, ILogger<ServerUpdateRounds> logger) : BackgroundService
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(5);

    // A look, an audit, a copy and a trial; who is not back by then is not waited for.
    private readonly TimeSpan _turn = (options.Trial * 3) + TimeSpan.FromMinutes(10);

    /// <summary>One look; true when a version was handed to the supervisor.</summary>
    internal async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        var update = await updates.GetAsync(cancellationToken);
        if (update.ClaimOwner == versions.Node && !await EndAsync(update, cancellationToken))
        {
            return false;
        }

        update = await updates.GetAsync(cancellationToken);
        if (!versions.IsOn || await FindAsync(update, cancellationToken) is not { } waiting || (update.Halted is not null && update.Version == waiting.Version.ToString())
            || await updates.TakeAsync(versions.Node, waiting.Version.ToString(), _turn, cancellationToken) is not { } token)
        {
            return false;
        }

        try
        {
            await versions.StageAsync(waiting, cancellationToken);
        }
        catch (FleetFormatException e)
        {
            logger.ServerUpdateFailed(waiting.Version.ToString(), e.Message);
            await updates.EndAsync(versions.Node, $"{versions.Node}: {e.Message}", cancellationToken);
            return false;
        }

        if (!await updates.HoldAsync(versions.Node, token, _turn, cancellationToken))
        {
            return false;
        }

        logger.ServerUpdateBegins(waiting.Version.ToString());
        versions.Want(waiting.Version);
        return true;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await RoundAsync(stoppingToken);
                }
                catch (Exception e) when (e is StorageUnavailableException or IOException or UnauthorizedAccessException)
                {
                    logger.ServerUpdatesWait(e.Message);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    /// <summary>What somebody asked for; else, in the hours given, the highest version that waits.</summary>
    private async Task<WaitingVersion?> FindAsync(ServerUpdateRow update, CancellationToken cancellationToken)
    {
        if (update is { OrderedBy: not null, Version: { } ordered, Halted: null } && await versions.FindAsync(ordered, cancellationToken) is { } wanted)
        {
            return wanted;
        }

        var now = TimeZoneInfo.ConvertTime(time.GetUtcNow(), site.TimeZone);
        return options.Mode == UpdateOptions.Automatic && options.Hours.Contains(TimeOnly.FromDateTime(now.DateTime)) ? await versions.FindAsync(null, cancellationToken) : null;
    }

    /// <summary>Tells how this node's turn ended; false while it goes on.</summary>
    private async Task<bool> EndAsync(ServerUpdateRow update, CancellationToken cancellationToken)
    {
        if (update.Version is { } wanted && ReleaseVersion.TryParse(wanted, out var version) && versions.Own < version)
        {
            if (versions.EndOf(wanted) is not { } reason)
            {
                return false;
            }

            // Where nothing is known of it the turn was broken off before the supervisor heard of it: it is taken again.
            if (reason.Length > 0)
            {
                logger.ServerUpdateFailed(wanted, reason);
            }

            await updates.EndAsync(versions.Node, reason.Length > 0 ? $"{versions.Node}: {reason}" : null, cancellationToken);
            return true;
        }

        logger.ServerUpdateDone(versions.Own.ToString());
        await updates.EndAsync(versions.Node, null, cancellationToken);
        return true;
    }
}
