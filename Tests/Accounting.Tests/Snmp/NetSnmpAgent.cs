using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Accounting.Snmp.Transport;

namespace CopyTrack.Accounting.Tests.Snmp;

/// <summary>A real net-snmp agent (package snmpd) on a free loopback port, with a folder of its own.</summary>
internal sealed class NetSnmpAgent : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("snmpd-");
    private readonly Process _process;
    private readonly int _port;

    private NetSnmpAgent()
    {
        using (var probe = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp))
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _port = ((IPEndPoint)probe.LocalEndPoint!).Port;
        }

        var configuration = Path.Combine(_folder.FullName, "snmpd.conf");
        File.WriteAllText(configuration, $"agentAddress udp:127.0.0.1:{_port}\nrocommunity public 127.0.0.1\nsysName net-snmp-peer\nsysLocation loopback\n");
        var start = new ProcessStartInfo("/usr/sbin/snmpd", ["-C", "-c", configuration, "-f", "-Lf", Path.Combine(_folder.FullName, "log"), "-I", "-smux"]);
        start.Environment["SNMP_PERSISTENT_DIR"] = Path.Combine(_folder.FullName, "var");
        _process = Process.Start(start) ?? throw new InvalidOperationException("snmpd does not start; install it with: apt-get install snmpd");
    }

    public SnmpTarget Target => SnmpTarget.V2c(IPAddress.Loopback, _port, "public") with { Timeout = TimeSpan.FromSeconds(5) };

    public static async Task<NetSnmpAgent> StartAsync()
    {
        var agent = new NetSnmpAgent();
        using var client = new UdpSnmpClient(TimeProvider.System, new SnmpClientOptions());
        var up = await client.GetAsync(
            agent.Target with { Timeout = TimeSpan.FromMilliseconds(200), Retries = 150 }, [ObjectIdentifier.Parse("1.3.6.1.2.1.1.3.0")], default);
        if (up is SnmpReply.Answered)
        {
            return agent;
        }

        agent.Dispose();
        throw new InvalidOperationException("snmpd does not answer");
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}
