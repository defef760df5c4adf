using System.Diagnostics;
using System.Globalization;
using System.Net;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Accounting.Snmp.Transport;

namespace CopyTrack.Benchmarks.Meters;

/// <summary>Reads every meter of many live devices: <c>meters FIRST-PORT DEVICES</c>, on 127.0.0.1.</summary>
internal static class MetersBench
{
    private const int AtATime = 64, Rounds = 5;

    public static async Task<int> RunAsync(string[] args)
    {
        var (first, count) = (int.Parse(args[0], CultureInfo.InvariantCulture), int.Parse(args[1], CultureInfo.InvariantCulture));
        using var client = new UdpSnmpClient(TimeProvider.System, new SnmpClientOptions());
        var reader = new MeterReader(client, ProfileLibrary.BuiltIn);
        var bound = new BoundProfile[count];
        var watch = Stopwatch.StartNew();
        await EachAsync(count, async i => bound[i] = await reader.BindAsync(Target(first + i), null, default) is BindOutcome.Bound b ? b.Profile
            : throw new InvalidOperationException($"device {i} can't be read"));
        Tell("devices found out and bound to their profile", count, watch.Elapsed);
        var counters = 0;
        watch.Restart();
        for (var round = 0; round < Rounds; round++)
        {
            await EachAsync(count, async i =>
            {
                var read = await reader.ReadAsync(Target(first + i), bound[i], ReadingTrigger.Watch, 0, default);
                Volatile.Write(ref counters, read is ReadOutcome.Read r ? r.Reading.Values.Count(v => v is not null) : throw new InvalidOperationException($"device {i} did not answer"));
            });
        }

        Tell(string.Create(CultureInfo.InvariantCulture, $"devices read, all {counters} base counters, {AtATime} at a time"), count * Rounds, watch.Elapsed);
        return 0;
    }

    private static SnmpTarget Target(int port) => SnmpTarget.V2c(IPAddress.Loopback, port, "public");

    private static Task EachAsync(int count, Func<int, Task> work) =>
        Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (i, _) => await work(i));

    private static void Tell(string what, int count, TimeSpan time) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"figure {what}: {count / time.TotalSeconds:F0}"));
}
