using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Gateway;
using CopyTrack.Server.WalkUp;

namespace CopyTrack.Server.Hosting;

/// <summary>Revocation in a server that runs: in the database, then here at once; other nodes learn of it by the outbox.</summary>
internal sealed class TerminalRevocation(TerminalRepository terminals, WalkUpControl control, ITerminalDirectory directory) : ITerminalRevocation
{
    /// <inheritdoc/>
    public async Task<bool> RevokeAsync(string terminalId, string actor, CancellationToken cancellationToken)
    {
        if (!await terminals.RevokeAsync(terminalId, actor, cancellationToken))
        {
            return false;
        }

        await control.EndAsync(terminalId, EndReason.Revoked, cancellationToken);
        await directory.RefreshAsync(cancellationToken);
        return true;
    }
}
