using CopyTrack.Accounting.Sessions;

namespace CopyTrack.Server.Data.Journal;

/// <summary>One call of the journal that waits for its transaction.</summary>
internal abstract class JournalItem(long deviceId, CancellationToken cancellationToken)
{
    /// <summary>The device that it is about.</summary>
    public long DeviceId { get; } = deviceId;

    /// <summary>True when its caller no longer waits; it is then left out.</summary>
    public bool IsCancelled => cancellationToken.IsCancellationRequested;

    /// <summary>What its decision threw in the last run; null when it decided.</summary>
    public Exception? Failure { get; protected set; }

    /// <summary>Runs the decision, remembering result or failure. Returns the change, null when the decision threw.</summary>
    public abstract DeviceChange? Decide(DeviceState state);

    /// <summary>Remembers a failure in place of a decision.</summary>
    public void Refuse(Exception failure) => Failure = failure;

    /// <summary>Answers the caller with what the last run gave.</summary>
    public abstract void Complete();

    /// <summary>Answers the caller with a failure that is not the decision's.</summary>
    public abstract void Fail(Exception exception);
}

/// <inheritdoc cref="JournalItem"/>
internal sealed class JournalItem<T>(long deviceId, Func<DeviceState, (DeviceChange Change, T Result)> decide, CancellationToken cancellationToken)
    : JournalItem(deviceId, cancellationToken)
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationToken _cancellationToken = cancellationToken;
    private T _result = default!;

    /// <summary>Ends when the change is durable or failed.</summary>
    public Task<T> Task => _done.Task;

    public override DeviceChange? Decide(DeviceState state)
    {
        Failure = null;
        try
        {
            (var change, _result) = decide(state);
            return change;
        }
        catch (Exception ex)
        {
            // Whatever a decision throws is its caller's; the batch goes on without it.
            Failure = ex;
            return null;
        }
    }

    public override void Complete()
    {
        if (Failure is not null)
        {
            _done.TrySetException(Failure);
        }
        else
        {
            _done.TrySetResult(_result);
        }
    }

    public override void Fail(Exception exception)
    {
        if (exception is OperationCanceledException)
        {
            _done.TrySetCanceled(_cancellationToken);
        }
        else
        {
            _done.TrySetException(exception);
        }
    }
}
