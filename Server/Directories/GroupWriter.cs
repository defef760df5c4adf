using System.Data.Common;
using System.Threading.Channels;
using CopyTrack.Identity.Replication;
using CopyTrack.Server.Data.Directories;

namespace CopyTrack.Server.Directories;

/// <summary>
/// Writes groups of a listing that counts for nobody yet, beside the reading: of what comes next nobody needs them in the database before the run's last commit. At most
/// three portions of groups are held; members stay in the index, which nobody may change any more.
/// </summary>
internal sealed class GroupWriter : IAsyncDisposable
{
    private readonly Channel<(IReadOnlyList<NewGroup> Groups, MemberIndex? Members)> _portions = Channel.CreateBounded<(IReadOnlyList<NewGroup> Groups, MemberIndex? Members)>(new BoundedChannelOptions(1) { SingleReader = true });
    private readonly CancellationTokenSource _stop;
    private readonly Task _writing;

    public GroupWriter(RunState state, DirectoryGroups groups, long generation, CancellationToken cancellationToken)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var stop = _stop.Token;
        _writing = Task.Run(() => WriteAsync(state, groups, generation, stop), CancellationToken.None);
    }

    /// <summary>Hands over groups, and waits while too many are under way. Throws what an earlier portion ended with.</summary>
    public Task AddAsync(IReadOnlyList<NewGroup> portion, CancellationToken cancellationToken) => HandAsync((portion, null), cancellationToken);

    /// <summary>Hands over whom all of the groups name; nothing may follow.</summary>
    public Task AddAsync(MemberIndex members, CancellationToken cancellationToken) => HandAsync(([], members), cancellationToken);

    private async Task HandAsync((IReadOnlyList<NewGroup> Groups, MemberIndex? Members) portion, CancellationToken cancellationToken)
    {
        try
        {
            await _portions.Writer.WriteAsync(portion, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            await _writing;
            throw;
        }
    }

    /// <summary>Waits until all that was handed over is written; nothing may follow. Throws what the writing ended with.</summary>
    public Task EndAsync()
    {
        _portions.Writer.TryComplete();
        return _writing;
    }

    /// <summary>Gives up what is not written yet.</summary>
    public async ValueTask DisposeAsync()
    {
        _portions.Writer.TryComplete();
        await _stop.CancelAsync();
        // Whoever waited for the end has heard of a failure; the others have one of their own.
        await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task WriteAsync(RunState state, DirectoryGroups groups, long generation, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var (portion, index) in _portions.Reader.ReadAllAsync(cancellationToken))
            {
                if (portion.Count > 0)
                {
                    await WriteAsync(state, (connection, ct) => groups.AddAsync(connection, portion, ct), cancellationToken);
                }

                foreach (var members in index is null ? [] : DirectoryGroups.InPortions(index))
                {
                    await WriteAsync(state, (connection, ct) => groups.AddMembersAsync(connection, generation, members, index!, more: false, ct), cancellationToken);
                }
            }
        }
        finally
        {
            // Who hands over more must not wait for nobody.
            _portions.Writer.TryComplete();
        }
    }

    private static Task<bool> WriteAsync(RunState state, Func<DbConnection, CancellationToken, Task> write, CancellationToken cancellationToken) => state.WriteBatchAsync(
        async (connection, ct) =>
        {
            await write(connection, ct);
            return true;
        },
        cancellationToken);
}
