using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Accounting.Snmp.Transport;
using CopyTrack.Accounting.Snmp.Usm;
using CopyTrack.TestKit;

namespace CopyTrack.Server.Tests.Polling;

/// <summary>A printer that answers by SNMP version 3 alone: a real net-snmp agent (package snmpd) on a free loopback port, with some objects of the Printer-MIB put over its own.</summary>
internal sealed class V3Printer : IAsyncDisposable
{
    public const string User = "printing", AuthPassword = "sign-with-this", PrivPassword = "hide-with-this";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("copytrack-v3-");
    private Process? _process;

    private V3Printer()
    {
    }

    public int Port { get; } = FreePort.Take();

    public string PortText => Port.ToString(CultureInfo.InvariantCulture);

    public static async Task<V3Printer> StartAsync()
    {
        V3Printer printer = new();
        try
        {
            await printer.UpAsync();
            return printer;
        }
        catch
        {
            await printer.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    private async Task UpAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "snmpd.conf"), $"""
            agentAddress udp:127.0.0.1:{PortText}
            createUser {User} SHA-256 {AuthPassword} AES {PrivPassword}
            rouser {User} priv
            override 1.3.6.1.2.1.1.1.0 octet_str "ACME Print 3"
            override 1.3.6.1.2.1.1.2.0 object_id 1.3.6.1.4.1.99999.1
            override 1.3.6.1.2.1.25.3.2.1.2.1 object_id 1.3.6.1.2.1.25.3.1.5
            override 1.3.6.1.2.1.25.3.2.1.3.1 octet_str "ACME Print 3"
            override 1.3.6.1.2.1.43.5.1.1.17.1 octet_str "S3"
            override 1.3.6.1.2.1.43.10.2.1.4.1.1 counter 77

            """);
        ProcessStartInfo start = new("/usr/sbin/snmpd", ["-f", "-Lf", Path.Combine(_folder.FullName, "log"), "-I", "-smux,hr_device"]);
        start.Environment["SNMPCONFPATH"] = $"{_folder.FullName}:{Path.Combine(_folder.FullName, "var")}";
        start.Environment["SNMP_PERSISTENT_DIR"] = Path.Combine(_folder.FullName, "var");
        start.Environment["MIBS"] = "";
        _process = Process.Start(start) ?? throw new InvalidOperationException("snmpd does not start; install it with: apt-get install snmpd");
        using UdpSnmpClient client = new(TimeProvider.System, new SnmpClientOptions());
        SnmpTarget target = SnmpTarget.V3(IPAddress.Loopback, Port, new SnmpUser(User, AuthProtocol.Sha256, AuthPassword, PrivProtocol.Aes128, PrivPassword), "") with { Timeout = TimeSpan.FromMilliseconds(200), Retries = 100 };
        if (await client.GetAsync(target, [ObjectIdentifier.Parse("1.3.6.1.2.1.43.5.1.1.17.1")], default) is not SnmpReply.Answered)
        {
            throw new InvalidOperationException("snmpd does not answer");
        }
    }
}
