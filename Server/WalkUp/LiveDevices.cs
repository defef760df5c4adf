using System.Collections.Concurrent;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;
using CopyTrack.Server.Polling;

namespace CopyTrack.Server.WalkUp;

/// <summary>The runners of this node: one for each device with a session that is not settled.</summary>
internal sealed class LiveDevices(
    DecisionContexts contexts, IDeviceJournal journal, IDeviceMeters meters, PanelControl panels, TerminalRoster roster, TimeProvider time, ILogger<LiveDevices> logger, SessionCredit? credit = null)
    : ILiveDevices, IAsyncDisposable
{
    private readonly ConcurrentDictionary<long, DeviceRunner> runners = new();
    private readonly ConcurrentDictionary<long, byte> settled = new();
    private readonly CancellationTokenSource stopping = new();

    /// <inheritdoc/>
    public bool IsLive(long deviceId) => runners.ContainsKey(deviceId);

    /// <inheritdoc/>
    public IReadOnlyCollection<long> All => [.. runners.Keys];

    /// <inheritdoc/>
    public IReadOnlyCollection<long> TakeSettled()
    {
        long[] taken = [.. settled.Keys];
        foreach (var deviceId in taken)
        {
            settled.TryRemove(deviceId, out _);
        }

        return taken;
    }

    /// <summary>Runs the device from this state on, or tells its runner of it; frees the panel at once where it may.</summary>
    public void Follow(DeviceState after)
    {
        if (after.Open is null && after.Settling is null)
        {
            Known(after.DeviceId)?.Update(after);
            return;
        }

        var fresh = false;
        var runner = runners.GetOrAdd(after.DeviceId, id =>
        {
            fresh = true;
            return new DeviceRunner(id, contexts, journal, meters, panels, time, logger, credit);
        });
        runner.Update(after);
        panels.Ensure(after, () => runner.Update(after));
        if (fresh)
        {
            _ = RunAsync(runner);
        }
    }

    /// <inheritdoc/>
    public void Adopt(DeviceState state) => _ = AdoptAsync(state);

    /// <summary>The state that the device's runner knows, or null without one.</summary>
    public DeviceState? StateOf(long deviceId) => Known(deviceId)?.State;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // The container knows it by two names and disposes it for each; runners that still end look at the token, so the source itself stays.
        if (!stopping.IsCancellationRequested)
        {
            await stopping.CancelAsync();
        }
    }

    private DeviceRunner? Known(long deviceId) => runners.GetValueOrDefault(deviceId);

    private async Task AdoptAsync(DeviceState state)
    {
        try
        {
            // Nobody looked after it: its terminal counts as away until it says hello here.
            if (state.Open is { } open && roster.Find(open.Record.TerminalId) is null)
            {
                var outcome = await journal.ApplyAsync(
                    state.DeviceId, s => WalkUpRules.Terminal(s, contexts.At(), open.Record.TerminalId, connected: false), stopping.Token);
                state = outcome.After;
            }

            logger.Adopted(state.DeviceId);
            Follow(state);
        }
        catch (StorageUnavailableException e)
        {
            logger.RunnerStorage(state.DeviceId, e.Message);
        }
        catch (OperationCanceledException)
        {
            // The server stops; the next one adopts.
        }
    }

    private async Task RunAsync(DeviceRunner runner)
    {
        await Task.Yield();
        var failed = false;
        try
        {
            await runner.RunAsync(stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // The server stops; what is live stands in the journal.
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // What it uses is ended before it; the journal has everything.
        }
        catch (Exception e)
        {
            logger.RunnerFailed(runner.DeviceId, e);
            failed = true;
        }
        finally
        {
            runners.TryRemove(new KeyValuePair<long, DeviceRunner>(runner.DeviceId, runner));
        }

        if (failed || stopping.IsCancellationRequested || runner.State is not { } last || last.ClaimOwner != contexts.Node)
        {
            return;
        }

        if (last.Open is null && last.Settling is null)
        {
            settled.TryAdd(last.DeviceId, 0);
        }
        else
        {
            // A login came between the runner's last look and its removal.
            Follow(last);
        }
    }
}
