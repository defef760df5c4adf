using System.Collections.Concurrent;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;

namespace CopyTrack.Server.Polling;

/// <summary>What came of reading a device at once. A closed set.</summary>
internal abstract record ReadNow
{
    private ReadNow() { }

    /// <summary>It was read, and the ledger has judged the reading.</summary>
    public sealed record Taken(MeterReading Reading, ReadingVerdict Verdict) : ReadNow;

    /// <summary>It was not read, for a reason an admin understands.</summary>
    public sealed record Failed(string Reason) : ReadNow;

    /// <summary>Somebody works at it: it is read for that session, every few seconds.</summary>
    public sealed record InSession : ReadNow;

    /// <summary>It is due, but nobody has read it in time: another node does, or all are busy.</summary>
    public sealed record Asked : ReadNow;
}

/// <summary>Devices that somebody wants to be read at once. The poller reads them under its claim, as any other device; the first to ask and all who ask meanwhile get one answer.</summary>
internal sealed class ReadRequests(IPollingClaims claims, TimeProvider time)
{
    private const int Most = 256;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);
    private readonly ConcurrentDictionary<long, TaskCompletionSource<ReadNow>> wanted = new();

    /// <summary>Makes the device due and waits for what comes of it. Throws <see cref="StorageUnavailableException"/>.</summary>
    public async Task<ReadNow> ReadAsync(long deviceId, CancellationToken cancellationToken)
    {
        if (wanted.Count >= Most)
        {
            return new ReadNow.Asked();
        }

        var answer = wanted.GetOrAdd(deviceId, _ => new TaskCompletionSource<ReadNow>(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            await claims.SetDueAsync([deviceId], time.GetUtcNow(), cancellationToken);
            return await answer.Task.WaitAsync(Longest, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return new ReadNow.Asked();
        }
        finally
        {
            wanted.TryRemove(new KeyValuePair<long, TaskCompletionSource<ReadNow>>(deviceId, answer));
        }
    }

    /// <summary>True while somebody waits for the device.</summary>
    public bool IsWanted(long deviceId) => !wanted.IsEmpty && wanted.ContainsKey(deviceId);

    /// <summary>Tells those who wait.</summary>
    public void Tell(long deviceId, ReadNow answer)
    {
        if (!wanted.IsEmpty && wanted.TryRemove(deviceId, out var waiting))
        {
            waiting.TrySetResult(answer);
        }
    }
}
