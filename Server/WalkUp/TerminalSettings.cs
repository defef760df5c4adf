using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.WalkUp;

/// <summary>Brings what an administrator changed about a terminal to its connection, if it is here.</summary>
internal sealed class TerminalSettings(TerminalRoster roster, WalkUpRepository rows, TerminalPolicy policy)
{
    /// <summary>
    /// Card rules and login methods count from the next login on. A terminal that stands beside another device now is asked to come again, since its hello
    /// told it where it stands.
    /// </summary>
    public async Task RefreshAsync(string terminalId, CancellationToken cancellationToken)
    {
        if (roster.Find(terminalId) is not { } terminal || await rows.FindTerminalAsync(terminalId, cancellationToken) is not { RevokedAt: null } row)
        {
            return;
        }

        if (row.DeviceId != terminal.DeviceId)
        {
            terminal.Link.Close("moved", 1);
        }
        else
        {
            roster.Change(terminal, terminal.Under(row, policy));
        }
    }
}
