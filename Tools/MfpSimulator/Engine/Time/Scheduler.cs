namespace CopyTrack.MfpSimulator.Time;

/// <summary>
/// One queue of due actions for all devices, driven by one timer of a <see cref="TimeProvider"/>. Actions run in order of their time under <see cref="Gate"/>;
/// while one runs, <see cref="Now"/> is the time it was due, so a clock that jumps ahead plays everything in between as it would have happened.
/// </summary>
internal sealed class Scheduler : IDisposable
{
    private readonly TimeProvider time;
    private readonly ITimer timer;
    private readonly PriorityQueue<Action, (DateTimeOffset Due, long Order)> queue = new();
    private DateTimeOffset armedFor = DateTimeOffset.MaxValue;
    private DateTimeOffset? playing;
    private long order;
    private bool disposed;

    public Scheduler(TimeProvider time)
    {
        this.time = time;
        timer = time.CreateTimer(static self => ((Scheduler)self!).Run(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Held by whoever changes a device.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Runs under the gate after each batch of actions.</summary>
    public Action? AfterRun { get; set; }

    /// <summary>The time it is for the simulation.</summary>
    public DateTimeOffset Now => Gate.IsHeldByCurrentThread && playing is { } at ? at : time.GetUtcNow();

    /// <summary>Runs <paramref name="action"/> once <paramref name="delay"/> has passed from <see cref="Now"/>. Call it under the gate.</summary>
    public void After(TimeSpan delay, Action action)
    {
        var due = Now + (delay > TimeSpan.Zero ? delay : TimeSpan.Zero);
        queue.Enqueue(action, (due, order++));
        if (playing is null && due < armedFor) Arm(due);
    }

    /// <summary>Plays everything that is due.</summary>
    public void Run()
    {
        lock (Gate)
        {
            if (disposed || playing is not null) return;
            armedFor = DateTimeOffset.MaxValue;
            try
            {
                while (queue.TryPeek(out _, out var next) && next.Due <= time.GetUtcNow())
                {
                    var action = queue.Dequeue();
                    playing = next.Due;
                    action();
                }
            }
            finally
            {
                playing = null;
            }

            AfterRun?.Invoke();
            if (queue.TryPeek(out _, out var first)) Arm(first.Due);
        }
    }

    public void Dispose()
    {
        lock (Gate) disposed = true;
        timer.Dispose();
    }

    private void Arm(DateTimeOffset due)
    {
        if (disposed) return;
        armedFor = due;
        var wait = due - time.GetUtcNow();
        timer.Change(wait > TimeSpan.Zero ? TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)) : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
