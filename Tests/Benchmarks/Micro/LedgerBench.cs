using BenchmarkDotNet.Attributes;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;

namespace CopyTrack.Benchmarks.Micro;

/// <summary>What one decision about a device costs, and keeping its state, for a copier that counts copies and prints by colour and size.</summary>
public class LedgerBench
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly LoginGrant s_grant = new(1, "t1", 5, "card", "copy;copyColor;scan", false);
    private DeviceState idle = null!, active = null!;
    private MeterReading same = null!, moved = null!;
    private string document = null!;

    [GlobalSetup]
    public async Task StartAsync()
    {
        var reading = await InputVectors.ReadingAsync();
        idle = WalkUpRules.Reading(new DeviceState { DeviceId = 7 }, At(0), reading.Later(s_now, 0, ReadingTrigger.Start, 0)).Outcome.After;
        var opened = WalkUpRules.Login(idle, At(1), s_grant).Outcome.After;
        active = WalkUpRules.Reading(opened, At(2), reading.Later(s_now.AddSeconds(2), 0, ReadingTrigger.Login, 0)).Outcome.After;
        same = reading.Later(s_now.AddSeconds(12), 0, ReadingTrigger.Watch, 0);
        moved = reading.Later(s_now.AddSeconds(12), 0, ReadingTrigger.Watch, 3);
        document = DeviceStateJson.Write(active);
    }

    [Benchmark(Description = "a login opens a session")]
    public object Login() => WalkUpRules.Login(idle, At(3), s_grant);

    [Benchmark(Description = "a reading that moved nothing")]
    public object Same() => WalkUpRules.Reading(active, At(12), same);

    [Benchmark(Description = "a reading that posts pages to the session")]
    public object Moved() => WalkUpRules.Reading(active, At(12), moved);

    [Benchmark(Description = "write the state as its document")]
    public string Write() => DeviceStateJson.Write(active);

    [Benchmark(Description = "read the state from its document")]
    public DeviceState Read() => DeviceStateJson.Read(document);

    private static DecisionContext At(int seconds) => new(s_now.AddSeconds(seconds), new SessionOptions(), TimeZoneInfo.Utc, PriceList.Free);
}
