using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Accounting.Snmp.Transport;
using CopyTrack.TestKit;

namespace CopyTrack.Accounting.Tests.Snmp;

/// <summary>A real net-snmp agent (package snmpd) on a free loopback port, with a folder of its own.</summary>
internal sealed class NetSnmpAgent : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("snmpd-");
    private Process? _process;

    private NetSnmpAgent(string configuration)
    {
        File.WriteAllText(
            Path.Combine(_folder.FullName, "snmpd.conf"),
            $"agentAddress udp:127.0.0.1:{Port}\nrocommunity public 127.0.0.1\nsysName net-snmp-peer\nsysLocation loopback\n{configuration}\n");
    }

    public int Port { get; } = FreePort.Take();

    public SnmpTarget Target => SnmpTarget.V2c(IPAddress.Loopback, Port, "public") with { Timeout = TimeSpan.FromSeconds(5) };

    public static async Task<NetSnmpAgent> StartAsync(string configuration = "")
    {
        var agent = new NetSnmpAgent(configuration);
        try
        {
            await agent.UpAsync();
            return agent;
        }
        catch
        {
            agent.Dispose();
            throw;
        }
    }

    /// <summary>Ends the agent and starts it again: the same engine, with one boot more than what it remembers, which can be set.</summary>
    public async Task RestartAsync(int? remembered = null)
    {
        Down();
        if (remembered is { } boots)
        {
            var memory = Path.Combine(_folder.FullName, "var", "snmpd.conf");
            var lines = (await File.ReadAllLinesAsync(memory)).Select(l => l.StartsWith("engineBoots", StringComparison.Ordinal) ? $"engineBoots {boots}" : l);
            await File.WriteAllLinesAsync(memory, lines.ToArray());
        }

        await UpAsync();
    }

    public void Down()
    {
        if (_process is { } process)
        {
            // A clean end, in which it writes down its boots.
            using var term = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            term.WaitForExit();
            if (!process.WaitForExit(5000))
            {
                process.Kill();
                process.WaitForExit();
            }

            process.Dispose();
            _process = null;
        }
    }

    public void Dispose()
    {
        Down();
        _folder.Delete(recursive: true);
    }

    private async Task UpAsync()
    {
        var start = new ProcessStartInfo(
            "/usr/sbin/snmpd", ["-f", "-Lf", Path.Combine(_folder.FullName, "log"), "-I", "-smux"]);
        // Its configuration and its memory, and nothing of this machine's.
        start.Environment["SNMPCONFPATH"] = $"{_folder.FullName}:{Path.Combine(_folder.FullName, "var")}";
        start.Environment["SNMP_PERSISTENT_DIR"] = Path.Combine(_folder.FullName, "var");
        start.Environment["MIBS"] = "";
        _process = Process.Start(start) ?? throw new InvalidOperationException("snmpd does not start; install it with: apt-get install snmpd");
        using var client = new UdpSnmpClient(TimeProvider.System, new SnmpClientOptions());
        var up = await client.GetAsync(
            Target with { Timeout = TimeSpan.FromMilliseconds(200), Retries = 150 }, [ObjectIdentifier.Parse("1.3.6.1.2.1.1.3.0")], default);
        if (up is not SnmpReply.Answered)
        {
            throw new InvalidOperationException("snmpd does not answer");
        }
    }
}
