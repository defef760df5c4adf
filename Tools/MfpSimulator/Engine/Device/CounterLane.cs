using CopyTrack.MfpSimulator.Meters;
using CopyTrack.MfpSimulator.Time;

namespace CopyTrack.MfpSimulator.Device;

/// <summary>Raises the counters of one device, late and in several moments.</summary>
internal sealed class CounterLane(LiveStore store, Func<CounterLag> lagNow, Scheduler scheduler, Random random, Action<Job> settled)
{
    private readonly HashSet<Rise> pending = [];
    private readonly DateTimeOffset[] lastDue = new DateTimeOffset[LiveMap.Moments];

    /// <summary>True while counters still have to rise.</summary>
    public bool IsLate => pending.Count > 0;

    /// <summary>A sheet or original is done: its counters rise after the lag.</summary>
    public void Add(Job job, Effect[][] effects)
    {
        if (lagNow().AtJobEnd) job.Held.Add(effects);
        else Schedule(job, effects);
    }

    /// <summary>The job has left its lane.</summary>
    public void End(Job job)
    {
        foreach (var effects in job.Held) Schedule(job, effects);
        job.Held.Clear();
        job.HasEnded = true;
        if (job.Pending == 0) settled(job);
    }

    /// <summary>Counters that are still to rise rise now, as they do when a device writes its memory at power-off.</summary>
    public void Flush()
    {
        foreach (var rise in pending.ToArray()) Apply(rise);
    }

    private void Schedule(Job job, Effect[][] effects)
    {
        var lag = lagNow();
        var shared = Delay(lag);
        for (var moment = 0; moment < effects.Length; moment++)
        {
            if (effects[moment].Length == 0) continue;
            var rise = new Rise(job, effects[moment]);
            job.Pending++;
            pending.Add(rise);
            var due = scheduler.Now + (lag.Together ? shared : Delay(lag));
            if (due < lastDue[moment]) due = lastDue[moment];
            lastDue[moment] = due;
            if (due <= scheduler.Now) Apply(rise);
            else scheduler.After(due - scheduler.Now, () => Apply(rise));
        }
    }

    private TimeSpan Delay(CounterLag lag) => lag.Min + ((lag.Max - lag.Min) * random.NextDouble());

    private void Apply(Rise rise)
    {
        if (!pending.Remove(rise)) return;
        foreach (var effect in rise.Effects) store.Raise(effect);
        if (--rise.Job.Pending == 0 && rise.Job.HasEnded) settled(rise.Job);
    }

    private sealed class Rise(Job job, Effect[] effects)
    {
        public Job Job { get; } = job;
        public Effect[] Effects { get; } = effects;
    }
}
