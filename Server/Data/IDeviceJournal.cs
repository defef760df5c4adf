using CopyTrack.Accounting.Sessions;

namespace CopyTrack.Server.Data;

/// <summary>
/// The one way to change a device's sessions and ledger. Loads the device's state under its row lock, lets a pure function decide,
/// and stores what it decided before the task completes. Many calls share a transaction; a call's own failure fails only that call.
/// </summary>
public interface IDeviceJournal
{
    /// <summary>
    /// Runs <paramref name="decide"/> on the current state of <paramref name="deviceId"/>. It may run more than once (after a conflict or
    /// a lost connection) and must not have effects of its own. Returns the decision's result once its change is durable.
    /// Throws <see cref="StorageUnavailableException"/> when the database can't be reached or can't write (disk full); nothing is kept then.
    /// </summary>
    Task<T> ApplyAsync<T>(long deviceId, Func<DeviceState, (DeviceChange Change, T Result)> decide, CancellationToken cancellationToken);

    /// <summary>
    /// The same journal for work that comes in floods and that nobody stands and waits for, as readings of agents: it shares rows and locks with all other calls, and takes neither their places in
    /// a transaction nor their turn.
    /// </summary>
    IDeviceJournal Bulk => this;

    /// <summary>The device's state as last committed, without a lock: for looking, never for deciding.</summary>
    Task<DeviceState?> ReadAsync(long deviceId, CancellationToken cancellationToken);
}

/// <summary>The database can't be reached or can't write; the message names the cause and what to do.</summary>
public sealed class StorageUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
