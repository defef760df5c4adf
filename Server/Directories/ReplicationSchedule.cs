using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Directories;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Directories;

/// <summary>Runs directories that are due, one at a time on each node; claims keep nodes and command-line verbs apart.</summary>
internal sealed class ReplicationSchedule(DirectoryConnectors directories, DirectoryRepository rows, ReplicationRunner runner, DryRunLines dryRuns, DataOptions data, TimeProvider time, ILogger<ReplicationSchedule> logger) : BackgroundService
{
    // A site without directories is asked seldom whether somebody has entered one.
    private const int TicksWithout = 5;

    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(1);

    private bool _any;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_tick, time);
        var known = false;
        try
        {
            for (var tick = 0; await timer.WaitForNextTickAsync(stoppingToken); tick++)
            {
                try
                {
                    known = known || await KnowAsync(stoppingToken);
                    if (_any || tick % TicksWithout == 0)
                    {
                        await RoundAsync(stoppingToken);
                    }
                }
                catch (StorageUnavailableException e)
                {
                    logger.ScheduleFailed(e.Message);
                }
                catch (ClaimLostException e)
                {
                    logger.ScheduleFailed(e.Message);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // The loop must outlive any one run.
                    logger.RunBroke(e);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    /// <summary>Claims one directory that is due and runs it; false when none is.</summary>
    internal async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        string[] names = [.. (await directories.AllAsync(cancellationToken)).Select(d => NameFolding.Fold(d.Name))];
        _any = names.Length > 0;
        // The settings are those of the row that is claimed: somebody may have changed them a moment ago, at another node.
        if (!_any || await rows.ClaimDueAsync(OrganisationRepository.DefaultId, names, data.Node, RunState.Lease, cancellationToken) is not { } claim || directories.Of(claim) is not { } options)
        {
            return false;
        }

        bool dry = claim.Wanted == "dryRun";
        await runner.RunAsync(
            options, claim, new RunRequest(claim.Wanted == "full", dry, false, claim.Wanted is null ? "schedule" : "asked"), dry ? dryRuns.Begin(claim.Id) : null, cancellationToken);
        return true;
    }

    private async Task<bool> KnowAsync(CancellationToken cancellationToken)
    {
        foreach (var directory in await directories.AllAsync(cancellationToken))
        {
            await rows.EnsureAsync(OrganisationRepository.DefaultId, directory.Name, cancellationToken);
        }

        return true;
    }
}
