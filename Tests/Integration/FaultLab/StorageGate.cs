using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;

namespace CopyTrack.Integration.FaultLab;

/// <summary>Where a server dies beside a storage operation.</summary>
internal enum KillPoint
{
    /// <summary>The operation never reached the disk.</summary>
    Before,

    /// <summary>It is durable, and nobody heard of it.</summary>
    After,

    /// <summary>Its commit reached the disk in part: the log ends in the middle of it.</summary>
    Within,
}

/// <summary>
/// All storage operations of one server process pass here, and take a moment on their way to the disk and back, in which anything else may happen. When its hour has come the process is
/// dead: nothing that waited for storage goes on, and nothing more reaches the disk.
/// </summary>
internal sealed class StorageGate(VirtualLoop loop, LabStore store, Random random)
{
    private long operations;
    private long dieAt = long.MaxValue;
    private KillPoint point;
    private int under;

    /// <summary>Reads and writes so far.</summary>
    public long Operations { get; private set; }

    /// <summary>True once the process is dead.</summary>
    public bool Dead { get; private set; }

    /// <summary>Called at the kill.</summary>
    public Action<KillPoint> Died { get; set; } = _ => { };

    /// <summary>Bytes of the log before and after the commit that a kill within cut; null when none was cut.</summary>
    public (long Before, long After)? Cut { get; private set; }

    /// <summary>Lets the process die at the write that comes after so many others.</summary>
    public void DieAfter(int writes, KillPoint at) => (dieAt, point) = (operations + writes, at);

    /// <summary>Kills the process now.</summary>
    public void Die(KillPoint at = KillPoint.After)
    {
        if (!Dead)
        {
            Dead = true;
            Died(at);
        }
    }

    /// <summary>Looks at the disk for the laboratory's own sake: the process does not know of it.</summary>
    public async Task<T> LookAsync<T>(Func<Task<T>> run) =>
        Dead ? await NeverAsync<T>() : store.OnThisThread ? loop.Inside(run) : await loop.OutsideAsync(run);

    /// <summary>Runs a read.</summary>
    public Task<T> ReadAsync<T>(Func<Task<T>> run) => RunAsync(run, write: false);

    /// <summary>Runs a write.</summary>
    public Task<T> WriteAsync<T>(Func<Task<T>> run) => RunAsync(run, write: true);

    private async Task<T> RunAsync<T>(Func<Task<T>> run, bool write)
    {
        if (Dead)
        {
            return await NeverAsync<T>();
        }

        Operations++;
        await loop.DelayAsync(Moment());
        if (Dead)
        {
            return await NeverAsync<T>();
        }

        var last = write && ++operations >= dieAt;
        if (last && point == KillPoint.Before)
        {
            Die(KillPoint.Before);
            return await NeverAsync<T>();
        }

        var alone = under == 0;
        var before = last ? store.LogBytes() : 0;
        under++;
        T result;
        try
        {
            result = store.OnThisThread ? loop.Inside(run) : await loop.OutsideAsync(run);
        }
        catch (Exception) when (Dead)
        {
            return await NeverAsync<T>();
        }
        finally
        {
            under--;
        }

        if (Dead)
        {
            return await NeverAsync<T>();
        }

        if (last)
        {
            if (point == KillPoint.Within && alone && under == 0 && store.LogBytes() is var after && after > before)
            {
                Cut = (before, after);
            }

            Die(Cut is null ? KillPoint.After : KillPoint.Within);
            return await NeverAsync<T>();
        }

        await loop.DelayAsync(Moment());
        return Dead ? await NeverAsync<T>() : result;
    }

    /// <summary>A disk is quick, and now and then it is not.</summary>
    private TimeSpan Moment() => TimeSpan.FromMicroseconds(random.Next(30) == 0 ? random.Next(10_000, 300_000) : random.Next(100, 4_000));

    private static Task<T> NeverAsync<T>() => new TaskCompletionSource<T>().Task;
}

/// <summary>The journal behind the gate.</summary>
internal sealed class GatedJournal(IDeviceJournal inner, StorageGate gate) : IDeviceJournal
{
    /// <inheritdoc/>
    public Task<T> ApplyAsync<T>(long deviceId, Func<DeviceState, (DeviceChange Change, T Result)> decide, CancellationToken cancellationToken) =>
        gate.WriteAsync(() => inner.ApplyAsync(deviceId, decide, cancellationToken));

    /// <inheritdoc/>
    public Task<DeviceState?> ReadAsync(long deviceId, CancellationToken cancellationToken) => gate.ReadAsync(() => inner.ReadAsync(deviceId, cancellationToken));
}

/// <summary>The database behind the gate.</summary>
internal sealed class GatedDatabase(IDatabase inner, StorageGate gate) : IDatabase
{
    /// <inheritdoc/>
    public Dialect Dialect => inner.Dialect;

    /// <inheritdoc/>
    public SqlText Sql => inner.Sql;

    /// <inheritdoc/>
    public Task<T> ReadAsync<T>(Func<System.Data.Common.DbConnection, CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        gate.ReadAsync(() => inner.ReadAsync(read, cancellationToken));

    /// <inheritdoc/>
    public Task<T> WriteAsync<T>(Func<System.Data.Common.DbConnection, CancellationToken, Task<T>> write, CancellationToken cancellationToken) =>
        gate.WriteAsync(() => inner.WriteAsync(write, cancellationToken));

    /// <inheritdoc/>
    public Task<System.Data.Common.DbConnection> OpenReaderAsync(CancellationToken cancellationToken) => gate.ReadAsync(() => inner.OpenReaderAsync(cancellationToken));

    /// <inheritdoc/>
    public bool IsUniqueViolation(Exception exception) => inner.IsUniqueViolation(exception);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;
}

/// <summary>The login look-up behind the gate.</summary>
internal sealed class GatedLookup(ILoginLookup inner, StorageGate gate) : ILoginLookup
{
    /// <inheritdoc/>
    public Task<LoginAnswer> AskAsync(LoginQuestion question, CancellationToken cancellationToken) => gate.ReadAsync(() => inner.AskAsync(question, cancellationToken));
}

/// <summary>The outbox behind the gate; nobody listens, one node runs at a time.</summary>
internal sealed class GatedOutbox(IOutbox inner, StorageGate gate) : IOutbox
{
    /// <inheritdoc/>
    public Task PublishAsync(string topic, long? deviceId, string payloadJson, CancellationToken cancellationToken) => gate.WriteAsync(async () =>
    {
        await inner.PublishAsync(topic, deviceId, payloadJson, cancellationToken);
        return 0;
    });

    /// <inheritdoc/>
    public IAsyncEnumerable<OutboxMessage> SubscribeAsync(CancellationToken cancellationToken) => throw new NotSupportedException("a laboratory node listens to nobody");
}

/// <summary>Logins are not logged here.</summary>
internal sealed class NoAccessLog : IAccessLog
{
    /// <inheritdoc/>
    public void Write(AccessLogEntry entry)
    {
        // The audit of logins is tested elsewhere.
    }
}
