using System.Collections.Concurrent;

namespace CopyTrack.Integration.FaultLab;

/// <summary>
/// One thread on which everything of a run happens, on a clock that stands still while anything is to be done and then leaps to the next timer. Storage of files
/// works on this thread (<see cref="Inside"/>), so that a run depends on its seed and not on the machine; what other threads do is counted by <see cref="OutsideAsync"/>, and time does not pass meanwhile.
/// </summary>
internal sealed class VirtualLoop(DateTimeOffset start) : SynchronizationContext
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<(SendOrPostCallback Run, object? State)> ready = new();
    private readonly AutoResetEvent signal = new(false);
    private readonly Lock gate = new();
    private readonly PriorityQueue<(VirtualTimer Timer, int Armed), (long Due, long Order)> timers = new();
    private long now = start.UtcTicks;
    private long order;
    private int outside;

    /// <summary>The true time.</summary>
    public DateTimeOffset Now => new(Volatile.Read(ref now), TimeSpan.Zero);

    /// <summary>Callbacks and timers that ran: the work of a run.</summary>
    public long Steps { get; private set; }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        ready.Enqueue((d, state));
        signal.Set();
    }

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs until <paramref name="main"/> has ended; what else still runs then is left where it is.</summary>
    public void Run(Func<Task> main)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            var task = main();
            while (!task.IsCompleted)
            {
                Step();
            }

            task.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <summary>Runs what ends on this thread, or on threads that nobody here waits for otherwise: nothing else happens meanwhile.</summary>
    public T Inside<T>(Func<Task<T>> run)
    {
        SetSynchronizationContext(null);
        try
        {
            return run().GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(this);
        }
    }

    /// <summary>Ends after some time on this clock, whoever's clock is wrong or stopped.</summary>
    public Task DelayAsync(TimeSpan time)
    {
        var done = new TaskCompletionSource();
        _ = Timer(static task => ((TaskCompletionSource)task!).SetResult(), done, time, Timeout.InfiniteTimeSpan);
        return done.Task;
    }

    /// <summary>Runs what is done by other threads; the clock waits for it.</summary>
    public async Task<T> OutsideAsync<T>(Func<Task<T>> run)
    {
        outside++;
        try
        {
            return await run();
        }
        finally
        {
            outside--;
        }
    }

    /// <summary>A timer on this loop's clock; <paramref name="fire"/> runs on the loop.</summary>
    public ITimer Timer(TimerCallback fire, object? state, TimeSpan due, TimeSpan period) => new VirtualTimer(this, fire, state, due, period);

    private void Step()
    {
        if (ready.TryDequeue(out var one))
        {
            Steps++;
            one.Run(one.State);
            return;
        }

        if (outside > 0)
        {
            if (!signal.WaitOne(Longest))
            {
                throw new TimeoutException("storage did not answer");
            }

            return;
        }

        VirtualTimer timer;
        lock (gate)
        {
            int armed;
            (long Due, long Order) at;
            do
            {
                if (!timers.TryDequeue(out var next, out at))
                {
                    throw new InvalidOperationException("nothing is left to do, and the run has not ended");
                }

                (timer, armed) = next;
            }
            while (!timer.IsArmed(armed));
            now = Math.Max(now, at.Due);
        }

        Steps++;
        timer.Fire();
    }

    private void Arm(VirtualTimer timer, int armed, TimeSpan due)
    {
        lock (gate)
        {
            timers.Enqueue((timer, armed), (now + Math.Max(0, due.Ticks), order++));
        }
    }

    private sealed class VirtualTimer : ITimer
    {
        private readonly VirtualLoop loop;
        private readonly TimerCallback fire;
        private readonly object? state;
        private TimeSpan period;
        private int armed;

        public VirtualTimer(VirtualLoop loop, TimerCallback fire, object? state, TimeSpan due, TimeSpan period)
        {
            (this.loop, this.fire, this.state) = (loop, fire, state);
            Change(due, period);
        }

        public bool IsArmed(int number) => Volatile.Read(ref armed) == number;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            this.period = period;
            var number = Interlocked.Increment(ref armed);
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                loop.Arm(this, number, dueTime);
            }

            return true;
        }

        public void Fire()
        {
            if (period != Timeout.InfiniteTimeSpan && period > TimeSpan.Zero)
            {
                loop.Arm(this, Volatile.Read(ref armed), period);
            }

            fire(state);
        }

        public void Dispose() => Interlocked.Increment(ref armed);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}

/// <summary>A clock of one participant: the loop's time with an error, and no more timers once its owner is dead.</summary>
internal sealed class LabClock(VirtualLoop loop) : TimeProvider
{
    /// <summary>What it is wrong by.</summary>
    public TimeSpan Error { get; set; }

    /// <summary>True once its owner was killed: what waits for it waits for ever.</summary>
    public bool Stopped { get; set; }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => loop.Now + Error;

    /// <inheritdoc/>
    public override long GetTimestamp() => loop.Now.UtcTicks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => loop.Timer(
        s =>
        {
            if (!Stopped)
            {
                callback(s);
            }
        },
        state, dueTime, period);
}
