using System.Net;
using CopyTrack.MfpSimulator.Agent;
using CopyTrack.MfpSimulator.Meters;
using CopyTrack.MfpSimulator.Mib;
using CopyTrack.MfpSimulator.Models;
using CopyTrack.MfpSimulator.Panels;
using CopyTrack.MfpSimulator.Time;
using CopyTrack.MfpSimulator.Truths;

namespace CopyTrack.MfpSimulator.Device;

/// <summary>One simulated device: engine, scanner, panel, trays, supplies and counters. Thread-safe; every call returns at once, what it starts happens on the simulator's clock.</summary>
public sealed partial class SimulatedMfp
{
    private readonly Scheduler scheduler;
    private readonly Truth truth;
    private readonly CounterLane counters;
    private readonly Consumables consumables;
    private AgentFaults faults;
    private IPanel panel;
    private CounterLag lag;
    private long requests;
    private SnmpAgent? agent;

    internal SimulatedMfp(int number, MfpSetup setup, Scheduler scheduler, TimeProvider time, Truth truth)
    {
        (Number, Setup, this.scheduler, this.truth) = (number, setup, scheduler, truth);
        (faults, panel, lag) = (setup.Faults, setup.Panel, setup.Lag);
        Store = new LiveStore(Model.Live, time);
        consumables = new Consumables(Model.Live, Store, setup.AutoRefill);
        counters = new CounterLane(Store, () => Lag, scheduler, new Random(unchecked((setup.Seed * 397) ^ number)), Settled);
        Serial = Model.Live.Serials is [var slot, ..] ? Model.Live.Slots[slot].Octets is { } octets ? MibText(octets) : null : null;
        if (setup.Serial is { } serial) WriteSerial(serial);
        lock (scheduler.Gate)
        {
            ShowStatus();
            WatchSleep();
        }
    }

    /// <summary>Its number in the simulator, from 1.</summary>
    public int Number { get; }

    /// <summary>How it was set up.</summary>
    public MfpSetup Setup { get; }

    /// <summary>Its model.</summary>
    public MfpModel Model => Setup.Model;

    /// <summary>Where its agent answers; null without one.</summary>
    public IPEndPoint? EndPoint { get; internal set; }

    /// <summary>Datagrams that came to its agent so far, answered or lost.</summary>
    public long Requests => Volatile.Read(ref requests);

    /// <summary>The serial number that its objects tell; null when the model has none.</summary>
    public string? Serial { get; private set; }

    /// <summary>What goes wrong between it and its readers, from the next request on.</summary>
    public AgentFaults Faults
    {
        get => Volatile.Read(ref faults);
        set => Volatile.Write(ref faults, value);
    }

    /// <summary>How late its counters are, from the next sheet on.</summary>
    public CounterLag Lag
    {
        get => Volatile.Read(ref lag);
        set => Volatile.Write(ref lag, value);
    }

    /// <summary>The lock on its panel.</summary>
    public IPanel Panel
    {
        get => Volatile.Read(ref panel);
        set => Volatile.Write(ref panel, value);
    }

    /// <summary>What it is doing.</summary>
    public MfpState State
    {
        get
        {
            lock (scheduler.Gate) return CurrentState;
        }
    }

    /// <summary>True when no job runs or waits and every counter has risen.</summary>
    public bool IsQuiet
    {
        get
        {
            lock (scheduler.Gate) return !engine.IsBusy && !scanner.IsBusy && !counters.IsLate && isOn;
        }
    }

    internal LiveStore Store { get; }

    internal void CountRequest() => Interlocked.Increment(ref requests);

    /// <summary>A live or recorded number by its OID; null when there is none.</summary>
    public long? Read(string oid) => Model.Live.SlotOf.TryGetValue(oid, out var slot) && Store.Octets(slot) is null ? Store.Number(slot) : Model.Recording.Find(oid)?.Number;

    /// <summary>All counters of pages and scans as they stand now.</summary>
    public IReadOnlyDictionary<string, long> ReadCounters() => Model.Live.Counters.ToDictionary(c => c.Counter.Oid, c => Store.Number(c.Slot));

    /// <summary>Puts counters where they stood when <see cref="ReadCounters"/> was asked, for a simulation that goes on later. OIDs that are no counters here, and counters since power-on, are left alone.</summary>
    public void WriteCounters(IReadOnlyDictionary<string, long> values)
    {
        lock (scheduler.Gate)
            foreach (var (counter, slot) in Model.Live.Counters)
                if (!counter.Meaning.SincePowerOn && values.TryGetValue(counter.Oid, out var value)) Store.Set(slot, value % MibRow.Modulus(Model.Live.Slots[slot].Tag));
    }

    /// <summary>What a counter would have gained by everything that truly happened here since the start, had nothing reset it; null for an OID that is no counter.</summary>
    public long? Expected(string oid)
    {
        lock (scheduler.Gate)
            return Model.Live.Counters.FirstOrDefault(c => c.Counter.Oid == oid) is { Counter: { } counter } ? done.Sum(d => (long)counter.Meaning.Count(d.Key) * d.Value) : null;
    }

    /// <summary>What its agent answers to a datagram, without a socket: the bytes that were written to <paramref name="reply"/>; empty when it stays silent.</summary>
    public ReadOnlySpan<byte> Answer(ReadOnlySpan<byte> datagram, Span<byte> reply)
    {
        CountRequest();
        return reply[(agent ??= new SnmpAgent(this, System.Text.Encoding.UTF8.GetBytes(Setup.Community))).Reply(datagram, reply)];
    }

    /// <summary>Gives it a job. Refused when the panel does not free it, when it is off, has no scanner, or the job is empty or too big.</summary>
    public JobAnswer Submit(JobRequest request)
    {
        lock (scheduler.Gate)
        {
            if (!isOn) return new JobAnswer.Refused(Refusal.Off);
            if (!Model.Engine.HasScanner && request.Function != JobFunction.Print) return new JobAnswer.Refused(Refusal.NoScanner);
            if (request.Pages < 1 || request.Copies < 1 || (long)request.Pages * request.Copies > JobRequest.MaxPages) return new JobAnswer.Refused(Refusal.NotAccepted);
            if (!Model.Engine.HasColor) request = request with { Color = JobColor.Mono };
            if (Forbids(request) is { } reason) return new JobAnswer.Refused(reason);
            return Enqueue(request);
        }
    }

    /// <summary>Stops a job; sheets that are out stay counted. False when it is not here any more.</summary>
    public bool Cancel(string jobId)
    {
        lock (scheduler.Gate) return CancelJob(jobId);
    }

    /// <summary>A sheet gets stuck: the engine stops until <see cref="Clear"/>; the sheet in it is not counted and comes again.</summary>
    public void Jam() => Stop(MfpState.Jammed);

    /// <summary>Every tray is empty until <see cref="LoadPaper"/>.</summary>
    public void EmptyTrays()
    {
        lock (scheduler.Gate) consumables.Empty();
        Stop(MfpState.PaperOut);
    }

    /// <summary>Fills the trays and goes on.</summary>
    public void LoadPaper()
    {
        lock (scheduler.Gate)
        {
            consumables.Fill();
            if (trouble == MfpState.PaperOut) GoOn();
        }
    }

    /// <summary>Takes the jammed paper out and goes on.</summary>
    public void Clear()
    {
        lock (scheduler.Gate)
            if (trouble == MfpState.Jammed) GoOn();
    }

    /// <summary>New toner and parts.</summary>
    public void ReplaceSupplies()
    {
        lock (scheduler.Gate) consumables.Replace();
    }

    /// <summary>Sleeps now unless it works.</summary>
    public void Sleep()
    {
        lock (scheduler.Gate)
        {
            isAsleep |= isOn && !engine.IsBusy && !scanner.IsBusy && !isWarming;
            ShowStatus();
        }
    }

    /// <summary>Switches it off for a while: jobs are lost, nobody answers; then sysUpTime and the power-on counters start at 0.</summary>
    public void PowerCycle(TimeSpan off)
    {
        lock (scheduler.Gate)
        {
            truth.Event(Number, "powerCycle", scheduler.Now);
            PowerOff(off);
        }
    }

    /// <summary>A new controller: counters start at <paramref name="startAt"/>, the serial number changes when one is given, and it is off for a while.</summary>
    public void SwapBoard(long startAt, string? serial, TimeSpan off)
    {
        lock (scheduler.Gate)
        {
            truth.Event(Number, "boardSwap", scheduler.Now);
            PowerOff(off);
            foreach (var (_, slot) in Model.Live.Counters) Store.Set(slot, startAt % MibRow.Modulus(Model.Live.Slots[slot].Tag));
            if (serial is not null) WriteSerial(serial);
        }
    }

    /// <summary>Puts counters so close to their wrap that they pass it after this many pages: only totals over all functions, or all.</summary>
    public void PutNearWrap(long pages, bool all = false)
    {
        lock (scheduler.Gate)
            foreach (var (counter, slot) in Model.Live.Counters)
                if ((all || counter.Meaning.Moment == 0) && !counter.Meaning.SincePowerOn)
                    Store.Set(slot, MibRow.Modulus(Model.Live.Slots[slot].Tag) - pages);
    }

    /// <summary>Replaces the value, and the type, of any object as a lying agent would. False when there is no such object. <paramref name="typeAndValue"/> is <c>tag|value</c> as in recordings. Throws <see cref="FormatException"/> when it can't be read.</summary>
    public bool Lie(string oid, string typeAndValue)
    {
        var row = MibRow.ParseLine($"{oid}|{typeAndValue}") ?? throw new FormatException("There is no value.");
        var at = Model.Table.Find(row.Name);
        if (at < 0) return false;
        lock (scheduler.Gate)
        {
            var slot = Model.Table.Slot(at);
            if (slot >= 0 && slot != Model.Live.UpTime && row.Tag == Model.Live.Slots[slot].Tag && row.Number is { } number) Store.Set(slot, number);
            else Store.Override(at, row);
        }

        return true;
    }

    private static string MibText(byte[] octets) => System.Text.Encoding.Latin1.GetString(octets).Trim();

    private void WriteSerial(string serial)
    {
        Serial = serial;
        foreach (var slot in Model.Live.Serials) Store.Set(slot, System.Text.Encoding.Latin1.GetBytes(serial));
    }
}
