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
    private const int AtATime = 64, WarmSeconds = 6, Seconds = 10, Fleet = 10_000, IdleSeconds = 60;

    public static async Task<int> RunAsync(string[] args)
    {
        var (first, count) = (int.Parse(args[0], CultureInfo.InvariantCulture), int.Parse(args[1], CultureInfo.InvariantCulture));
        using var client = new UdpSnmpClient(TimeProvider.System, new SnmpClientOptions());
        var reader = new MeterReader(client, ProfileLibrary.BuiltIn);
        var bound = new BoundProfile[count];
        var watch = Stopwatch.StartNew();
        await EachAsync(count, async i => bound[i] = await BindAsync(reader, first + i));
        Tell("devices found out and bound to their profile", count / watch.Elapsed.TotalSeconds);

        // A manager runs for weeks: what the compiler does in its first seconds is no part of the figure.
        await ForAsync(WarmSeconds, reader, first, bound);
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var system = Process.GetCurrentProcess().PrivilegedProcessorTime;
        var allocated = GC.GetTotalAllocatedBytes();
        watch.Restart();
        var read = await ForAsync(Seconds, reader, first, bound);
        var took = watch.Elapsed;
        var spent = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        var values = await ReadAsync(reader, first, bound[0], ReadingTrigger.Watch);
        Tell(string.Create(CultureInfo.InvariantCulture, $"borders read, {values} counters in one datagram, {AtATime} at a time"), read / took.TotalSeconds);
        Tell("CPU of one border, us", spent.TotalMicroseconds / read);
        Tell("of it in the system, us", (Process.GetCurrentProcess().PrivilegedProcessorTime - system).TotalMicroseconds / read);
        Tell("memory allocated for one border, bytes", (GC.GetTotalAllocatedBytes() - allocated) / (double)read);
        if (args.Length > 2)
        {
            await IdleAsync(reader, first, count, int.Parse(args[2], CultureInfo.InvariantCulture));
        }

        return 0;
    }

    /// <summary>Reads one device after the other, <see cref="AtATime"/> at a time; gives how many were read.</summary>
    private static async Task<int> ForAsync(int seconds, MeterReader reader, int first, BoundProfile[] bound)
    {
        var (next, watch) = (-1, Stopwatch.StartNew());
        await Task.WhenAll(Enumerable.Range(0, AtATime).Select(async _ =>
        {
            await Task.Yield();
            while (watch.Elapsed.TotalSeconds < seconds)
            {
                var device = Interlocked.Increment(ref next) % bound.Length;
                await ReadAsync(reader, first + device, bound[device], ReadingTrigger.Watch);
            }
        }));
        return next + 1;
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
