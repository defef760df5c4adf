namespace CopyTrack.Terminal.Simulation;

/// <summary>
/// What happened since the last <c>wait</c>, for scripts. <c>connected</c>, <c>disconnected</c>, <c>locked</c> and <c>unlocked</c> are states: waiting for one
/// that is already so returns at once. Any other name waits for the event, also for one that came after the last wait ended. Safe for many threads.
/// </summary>
internal sealed class EventWatch
{
    private readonly Lock gate = new();
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private readonly HashSet<string> now = new(StringComparer.Ordinal) { "disconnected" };
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Notes an event.</summary>
    internal void Saw(string name)
    {
        lock (gate)
        {
            seen.Add(name);
            if (name is "connected" or "disconnected" or "locked" or "unlocked")
            {
                now.Remove(name switch { "connected" => "disconnected", "disconnected" => "connected", "locked" => "unlocked", _ => "locked" });
                now.Add(name);
            }
            changed.TrySetResult();
            changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>True once it is so; false when the time passed.</summary>
    internal async Task<bool> WaitAsync(string name, TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + atMost;
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (now.Contains(name) || (name is not ("connected" or "disconnected" or "locked" or "unlocked") && seen.Contains(name)))
                {
                    seen.Clear();
                    return true;
                }
                next = changed.Task;
            }
            var left = until - time.GetUtcNow();
            if (left <= TimeSpan.Zero)
            {
                return false;
            }
            try
            {
                await next.WaitAsync(left, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                // One more look: the event and the end of the time may have met.
            }
        }
    }
}
