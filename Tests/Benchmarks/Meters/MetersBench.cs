using System.Diagnostics;
using System.Globalization;
using System.Net;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Accounting.Snmp.Transport;

namespace CopyTrack.Benchmarks.Meters;

/// <summary>Reads the borders of many live devices on 127.0.0.1: <c>meters FIRST-PORT DEVICES [IDLE-SECONDS]</c>. With seconds it reads as an idle fleet of 10,000 is read, too.</summary>
internal static class MetersBench
{
    private const int AtATime = 64, Rounds = 20, Fleet = 10_000, IdleSeconds = 60;

    public static async Task<int> RunAsync(string[] args)
    {
        var (first, count) = (int.Parse(args[0], CultureInfo.InvariantCulture), int.Parse(args[1], CultureInfo.InvariantCulture));
        using var client = new UdpSnmpClient(TimeProvider.System, new SnmpClientOptions());
        var reader = new MeterReader(client, ProfileLibrary.BuiltIn);
        var bound = new BoundProfile[count];
        var watch = Stopwatch.StartNew();
        await EachAsync(count, async i => bound[i] = await BindAsync(reader, first + i));
        Tell("devices found out and bound to their profile", count / watch.Elapsed.TotalSeconds);

        // One round to warm; the first reading of a device is its full set.
        await EachAsync(count, i => ReadAsync(reader, first + i, bound[i], ReadingTrigger.Watch));
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        watch.Restart();
        for (var round = 0; round < Rounds; round++)
        {
            await EachAsync(count, i => ReadAsync(reader, first + i, bound[i], ReadingTrigger.Watch));
        }

        var spent = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        var values = await ReadAsync(reader, first, bound[0], ReadingTrigger.Watch);
        Tell(string.Create(CultureInfo.InvariantCulture, $"borders read, {values} counters in one datagram, {AtATime} at a time"), count * Rounds / watch.Elapsed.TotalSeconds);
        Tell("CPU of one border, us", spent.TotalMicroseconds / (count * Rounds));
        if (args.Length > 2)
        {
            await IdleAsync(reader, first, count, int.Parse(args[2], CultureInfo.InvariantCulture));
        }

        return 0;
    }

    /// <summary>The load of 10,000 devices read once a minute, on fewer devices read more often, each bound as often as it stands for others, so that memory is that of 10,000.</summary>
    private static async Task IdleAsync(MeterReader reader, int first, int count, int seconds)
    {
        var fleet = new BoundProfile[Fleet];
        await EachAsync(Fleet, async i => fleet[i] = await BindAsync(reader, first + (i % count)));
        GC.Collect(2, GCCollectionMode.Aggressive);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        var (next, due) = (0, 0.0);
        var running = new List<Task>();
        while (watch.Elapsed.TotalSeconds < seconds && await timer.WaitForNextTickAsync())
        {
            for (due = watch.Elapsed.TotalSeconds * Fleet / IdleSeconds; next < due; next++)
            {
                var device = next % Fleet;
                running.Add(ReadAsync(reader, first + (device % count), fleet[device], ReadingTrigger.Idle));
            }

            running.RemoveAll(t => t.IsCompletedSuccessfully);
        }

        await Task.WhenAll(running);
        process.Refresh();
        Tell("10,000 devices read idle each 60 s, reading alone, CPU of one core, percent", (process.TotalProcessorTime - cpu).TotalSeconds / watch.Elapsed.TotalSeconds * 100);
        Tell("the same, resident memory, MB", process.WorkingSet64 / 1e6);
        GC.KeepAlive(fleet);
    }

    private static async Task<BoundProfile> BindAsync(MeterReader reader, int port) => await reader.BindAsync(Target(port), null, default) is BindOutcome.Bound bound
        ? bound.Profile : throw new InvalidOperationException($"the device at port {port} can't be read");

    private static async Task<int> ReadAsync(MeterReader reader, int port, BoundProfile profile, ReadingTrigger trigger) =>
        await reader.ReadAsync(Target(port), profile, trigger, 0, default) is ReadOutcome.Read read
            ? read.Reading.Values.Count(v => v is not null) : throw new InvalidOperationException($"the device at port {port} did not answer");

    private static SnmpTarget Target(int port) => SnmpTarget.V2c(IPAddress.Loopback, port, "public");

    private static Task EachAsync(int count, Func<int, Task> work) =>
        Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (i, _) => await work(i));

    private static void Tell(string what, double figure) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"figure {what}: {figure:F1}"));
}
