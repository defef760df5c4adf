using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.WalkUp;

/// <summary>An administrator's hand on walk-ups.</summary>
internal sealed class WalkUpControl(
    WalkUpRepository rows, IDeviceJournal journal, TerminalRoster roster, LiveDevices live, PanelControl panels, IRemotePanels remote, DecisionContexts contexts) : IWalkUpControl
{
    /// <inheritdoc/>
    public Task<bool> LockAsync(string terminalId, CancellationToken cancellationToken) => EndAsync(terminalId, EndReason.Admin, cancellationToken);

    /// <summary>Ends the session of the terminal's device for the reason and locks the panel; true when one was open.</summary>
    public async Task<bool> EndAsync(string terminalId, EndReason reason, CancellationToken cancellationToken)
    {
        if (await rows.FindTerminalAsync(terminalId, cancellationToken) is not { } terminal)
        {
            return false;
        }

        var outcome = await journal.ApplyAsync(terminal.DeviceId, s => WalkUpRules.End(s, contexts.At(), null, reason), cancellationToken);
        if (outcome.Ended is { } ended)
        {
            panels.Lock(ended);
            if (outcome.After.ClaimOwner == contexts.Node)
            {
                live.Follow(outcome.After);
            }

            return true;
        }

        if (roster.Find(terminalId) is { } here)
        {
            panels.LockHere(here.Link, null, SessionText.LockReason(reason));
        }
        else
        {
            await remote.LockAsync(terminalId, null, SessionText.LockReason(reason));
        }

        return false;
    }
}
