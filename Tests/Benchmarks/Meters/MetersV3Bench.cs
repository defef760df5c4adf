using System.Diagnostics;
using System.Globalization;
using System.Net;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Accounting.Snmp.Transport;
using CopyTrack.Accounting.Snmp.Usm;

namespace CopyTrack.Benchmarks.Meters;

/// <summary>
/// What signing and encrypting cost: the objects of one border read of a net-snmp agent on 127.0.0.1 in version 2c and in version 3. <c>meters-v3 PORT</c>; the agent has the community
/// <c>public</c>, the users <c>sign</c> and <c>hide</c>, and 45 counters below 1.3.6.1.4.1.99999.1 (<c>Tools/bench/snmpd.sh</c>).
/// </summary>
internal static class MetersV3Bench
{
    private const int Counters = 45, AtATime = 16, WarmSeconds = 8, Seconds = 6;
    private const string AuthPassword = "sign-with-this", PrivPassword = "hide-with-this";

    public static async Task<int> RunAsync(string[] args)
    {
        var port = int.Parse(args[0], CultureInfo.InvariantCulture);
        PreparedNames names = new([.. Enumerable.Range(1, Counters).Select(i => ObjectIdentifier.Parse($"1.3.6.1.4.1.99999.1.{i}.0"))]);
        using var client = new UdpSnmpClient(TimeProvider.System, new SnmpClientOptions());
        foreach (var (what, target) in new[]
        {
            ("version 2c", SnmpTarget.V2c(IPAddress.Loopback, port, "public")),
            ("version 3, SHA-256", SnmpTarget.V3(IPAddress.Loopback, port, new SnmpUser("sign", AuthProtocol.Sha256, AuthPassword))),
            ("version 3, SHA-256 and AES-128", SnmpTarget.V3(IPAddress.Loopback, port, new SnmpUser("hide", AuthProtocol.Sha256, AuthPassword, PrivProtocol.Aes128, PrivPassword))),
        })
        {
            await ForAsync(WarmSeconds, client, target, names.All);
            var cpu = Process.GetCurrentProcess().TotalProcessorTime;
            var watch = Stopwatch.StartNew();
            var read = await ForAsync(Seconds, client, target, names.All);
            var (rate, each) = (read / watch.Elapsed.TotalSeconds, (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMicroseconds / read);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"figure {Counters} counters of one snmpd, {what}: {rate:F0}|{each:F1}"));
        }

        return 0;
    }

    private static async Task<int> ForAsync(int seconds, UdpSnmpClient client, SnmpTarget target, PreparedGet get)
    {
        var (read, watch) = (0, Stopwatch.StartNew());
        await Task.WhenAll(Enumerable.Range(0, AtATime).Select(async _ =>
        {
            await Task.Yield();
            while (watch.Elapsed.TotalSeconds < seconds)
            {
                if (await client.GetAsync(target, get, default) is not SnmpReply.Answered { Values: var values } || values.Any(v => v.AsInteger is null))
                {
                    throw new InvalidOperationException("snmpd does not give the counters");
                }

                Interlocked.Increment(ref read);
            }
        }));
        return read;
    }
}
