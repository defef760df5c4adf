using CopyTrack.MfpSimulator.Meters;
using CopyTrack.MfpSimulator.Panels;
using CopyTrack.MfpSimulator.Truths;

namespace CopyTrack.MfpSimulator.Device;

/// <summary>The engine and the scanner at work. Everything here runs under the scheduler's gate.</summary>
public sealed partial class SimulatedMfp
{
    private readonly Lane engine = new();
    private readonly Lane scanner = new();
    private readonly Dictionary<WorkUnit, long> done = [];
    private int jobs;
    private int activity;
    private int power;
    private bool isOn = true;
    private bool isAsleep;
    private bool isWarming;
    private MfpState? trouble;

    private TimeSpan SheetTime(int sides) => TimeSpan.FromMinutes((double)sides / Model.Engine.PagesPerMinute);

    private Refusal? Forbids(JobRequest request)
    {
        if (request.Bypass || !request.AtPanel) return null;
        var unlocked = Panel.Unlocked;
        return request.Function switch
        {
            JobFunction.Copy when (unlocked & (PanelFunctions.Copy | PanelFunctions.CopyColor)) == 0 => Refusal.PanelLocked,
            JobFunction.Copy when request.Color != JobColor.Mono && (unlocked & PanelFunctions.CopyColor) == 0 => Refusal.ColorNotAllowed,
            JobFunction.Scan when (unlocked & PanelFunctions.Scan) == 0 => Refusal.PanelLocked,
            JobFunction.FaxSend when (unlocked & PanelFunctions.Fax) == 0 => Refusal.PanelLocked,
            _ => null,
        };
    }

    private JobAnswer Enqueue(JobRequest request)
    {
        var job = new Job(request, new TruthJob
        {
            Device = Number,
            Id = $"{Number}-{++jobs}",
            Function = request.Function,
            Color = request.Color,
            Size = request.Size,
            Duplex = request.Duplex,
            Who = request.Who,
            Bypass = request.Bypass,
            At = scheduler.Now,
        });
        var lane = job.IsPrinting ? engine : scanner;
        if (lane.Waiting.Count >= Lane.MaxWaiting) return new JobAnswer.Refused(Refusal.NotAccepted);
        truth.Begin(job.Truth);
        lane.Waiting.Enqueue(job);
        activity++;
        Start();
        return new JobAnswer.Accepted(job.Truth.Id);
    }

    /// <summary>Gives each lane that is free its next job, warming up first when it must.</summary>
    private void Start()
    {
        if (!isOn || isWarming) return;
        if (isAsleep && (engine.IsBusy || scanner.IsBusy))
        {
            WarmUp();
            return;
        }

        if (scanner.Running is null && scanner.Waiting.TryDequeue(out var scan))
        {
            scanner.Running = scan;
            NextOriginal();
        }

        if (trouble is null && engine.Running is null && engine.Waiting.TryDequeue(out var print))
        {
            engine.Running = print;
            NextSheet(TimeSpan.FromSeconds(Model.Engine.FirstPageSeconds));
        }

        ShowStatus();
    }

    private void NextOriginal()
    {
        var epoch = scanner.Epoch;
        scheduler.After(TimeSpan.FromMinutes(1.0 / Model.Engine.ScansPerMinute), () =>
        {
            if (epoch != scanner.Epoch || scanner.Running is not { } job) return;
            Record(job, new WorkUnit(true, job.Request.Function, job.Request.Color, job.Request.Size, 1));
            job.Advance();
            if (job.IsComplete) Finish(scanner, JobEnd.Done);
            else if (Forbids(job.Request) is not null) Finish(scanner, JobEnd.Locked);
            else NextOriginal();
        });
    }

    private void NextSheet(TimeSpan before)
    {
        var job = engine.Running!;
        if (!consumables.TakeSheet(job.Request.Size))
        {
            RunOut();
            return;
        }

        var epoch = engine.Epoch;
        scheduler.After(before + SheetTime(job.NextSides), () =>
        {
            if (epoch == engine.Epoch) SheetDone(job);
        });
    }

    private void SheetDone(Job job)
    {
        var request = job.Request;
        var sheet = new WorkUnit(false, request.Function, request.Color, request.Size, job.NextSides);
        if (request.Function == JobFunction.Copy && job.IsFirstSet)
            for (var side = 0; side < sheet.Sides; side++)
                Record(job, new WorkUnit(true, JobFunction.Copy, request.Color, request.Size, 1));
        consumables.Use(sheet);
        Record(job, sheet);
        job.Advance();
        if (job.IsComplete) Finish(engine, JobEnd.Done);
        else if (Forbids(request) is not null) Finish(engine, JobEnd.Locked);
        else NextSheet(TimeSpan.Zero);
    }

    private void Record(Job job, WorkUnit unit)
    {
        done[unit] = done.GetValueOrDefault(unit) + 1;
        truth.Add(job.Truth, unit, scheduler.Now);
        counters.Add(job, Model.Live.EffectsOf(unit));
    }

    private void Finish(Lane lane, JobEnd end)
    {
        var job = lane.Running!;
        lane.Running = null;
        lane.Epoch++;
        End(job, end);
        activity++;
        Start();
        WatchSleep();
    }

    private void End(Job job, JobEnd end)
    {
        truth.End(job.Truth.Id, end);
        counters.End(job);
    }

    private bool CancelJob(string id)
    {
        foreach (var lane in (ReadOnlySpan<Lane>)[engine, scanner])
        {
            if (lane.Running?.Truth.Id == id)
            {
                Finish(lane, JobEnd.Cancelled);
                return true;
            }

            if (lane.Waiting.FirstOrDefault(j => j.Truth.Id == id) is not { } waiting) continue;
            var others = lane.Waiting.Where(j => j != waiting).ToArray();
            lane.Waiting.Clear();
            foreach (var other in others) lane.Waiting.Enqueue(other);
            End(waiting, JobEnd.Cancelled);
            return true;
        }

        return false;
    }

    private void Stop(MfpState reason)
    {
        lock (scheduler.Gate)
        {
            if (!isOn || trouble is not null) return;
            trouble = reason;
            engine.Epoch++;
            truth.Event(Number, reason == MfpState.Jammed ? "jam" : "paperOut", scheduler.Now);
            if (reason == MfpState.Jammed)
                foreach (var (_, slot) in Model.Live.Counters.Where(c => c.Counter.Meaning.Measure == Measure.Jams))
                    Store.Set(slot, Store.Number(slot) + 1);
            ShowStatus();
        }
    }

    private void RunOut()
    {
        Stop(MfpState.PaperOut);
        if (Setup.AutoRefill) scheduler.After(TimeSpan.FromSeconds(45), LoadPaper);
    }

    private void GoOn()
    {
        trouble = null;
        if (engine.Running is not null && isOn && !isWarming) NextSheet(TimeSpan.FromSeconds(Model.Engine.FirstPageSeconds));
        Start();
        ShowStatus();
        WatchSleep();
    }

    private void WarmUp()
    {
        isAsleep = false;
        isWarming = true;
        var cycle = power;
        scheduler.After(TimeSpan.FromSeconds(Model.Engine.WarmUpSeconds), () =>
        {
            if (!isOn || !isWarming || power != cycle) return;
            isWarming = false;
            Start();
            WatchSleep();
        });
        ShowStatus();
    }

    private void WatchSleep()
    {
        var seen = activity;
        scheduler.After(TimeSpan.FromSeconds(Model.Engine.SleepAfterSeconds), () =>
        {
            if (seen != activity || engine.IsBusy || scanner.IsBusy || !isOn || isWarming || trouble is not null) return;
            isAsleep = true;
            ShowStatus();
        });
    }

    private void PowerOff(TimeSpan off)
    {
        counters.Flush();
        foreach (var lane in (ReadOnlySpan<Lane>)[engine, scanner])
        {
            lane.Epoch++;
            if (lane.Running is { } running) End(running, JobEnd.PowerLost);
            lane.Running = null;
            while (lane.Waiting.TryDequeue(out var waiting)) End(waiting, JobEnd.PowerLost);
        }

        counters.Flush();
        (isOn, isAsleep, isWarming, trouble) = (false, false, false, null);
        Store.IsReachable = false;
        var cycle = ++power;
        scheduler.After(off, () =>
        {
            if (cycle != power) return;
            isOn = true;
            Store.Restart(scheduler.Now);
            foreach (var (counter, slot) in Model.Live.Counters)
                if (counter.Meaning.SincePowerOn) Store.Set(slot, 0);
            Store.IsReachable = true;
            activity++;
            WarmUp();
        });
    }

    /// <summary>The last counter of a job has risen.</summary>
    private void Settled(Job job) =>
        truth.Settled(job.Truth.Id, scheduler.Now, Model.Live.Counters.Where(c => c.Counter.Meaning.Moment < 2)
            .Select(c => KeyValuePair.Create(c.Counter.Oid, Store.Number(c.Slot))));
}
