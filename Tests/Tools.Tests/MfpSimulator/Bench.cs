using NUnit.Framework;
using CopyTrack.MfpSimulator;
using CopyTrack.MfpSimulator.Device;
using CopyTrack.MfpSimulator.Meters;
using CopyTrack.MfpSimulator.Models;
using CopyTrack.MfpSimulator.Panels;

namespace CopyTrack.Tools.Tests.MfpSimulator;

/// <summary>A simulator on a manual clock with one device and no sockets.</summary>
internal sealed class Bench : IDisposable
{
    public const string KyoceraTotal = "1.3.6.1.4.1.1347.43.10.1.1.12.1.1";
    public const string KyoceraCopies = "1.3.6.1.4.1.1347.42.3.1.1.1.1.2";
    public const string LifeCount = "1.3.6.1.2.1.43.10.2.1.4.1.1";
    public const string PowerOnCount = "1.3.6.1.2.1.43.10.2.1.5.1.1";
    public const string UpTime = "1.3.6.1.2.1.1.3.0";
    public const string DeviceStatus = "1.3.6.1.2.1.25.3.2.1.5.1";
    public const string PrinterStatus = "1.3.6.1.2.1.25.3.5.1.1.1";

    public Bench(string model = "kyocera", CounterLag? lag = null, Func<MfpSetup, MfpSetup>? with = null)
        : this(MfpModel.BuiltIn(model), lag, with)
    {
    }

    public Bench(MfpModel model, CounterLag? lag = null, Func<MfpSetup, MfpSetup>? with = null)
    {
        Simulator = new Simulator(Time);
        var setup = new MfpSetup { Model = model, Port = -1, Lag = lag ?? new CounterLag() };
        Device = Simulator.Add(with?.Invoke(setup) ?? setup);
        Start = Device.ReadCounters();
    }

    public ManualTime Time { get; } = new();
    public Simulator Simulator { get; }
    public SimulatedMfp Device { get; }
    public IReadOnlyDictionary<string, long> Start { get; }

    public static JobRequest Copy(int pages, bool duplex = false, int copies = 1, string who = "") =>
        new() { Function = JobFunction.Copy, Pages = pages, Copies = copies, Duplex = duplex, Who = who };

    public long Gained(string oid) => Device.Read(oid)!.Value - Start[oid];

    public string Accept(JobRequest request) => ((JobAnswer.Accepted)Device.Submit(request)).JobId;

    /// <summary>Lets time pass until nothing runs, waits or is late.</summary>
    public void Settle()
    {
        for (var minute = 0; minute < 10_000 && !Device.IsQuiet; minute++) Time.Advance(60);
        Assert.That(Device.IsQuiet, $"still {Device.State} after a week");
    }

    public void Dispose() => Simulator.Dispose();

    public static SwitchPanel Locked() => new();
}
