using System.Net;
using System.Net.Sockets;
using System.Text;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Server.Tests.Polling;

/// <summary>An agent of version 2c on loopback that serves one small printer; GET and GETNEXT only, as old ones do.</summary>
internal sealed class LoopbackPrinter : IDisposable
{
    private static readonly SnmpRecording Device = SnmpRecording.Parse(Encoding.ASCII.GetBytes(
        "1.3.6.1.2.1.1.1.0|4|ACME Print 1\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999.1\n1.3.6.1.2.1.1.3.0|67|100\n1.3.6.1.2.1.1.5.0|4|=printer\"1\n" +
        "1.3.6.1.2.1.25.3.2.1.2.1|6|1.3.6.1.2.1.25.3.1.5\n1.3.6.1.2.1.25.3.2.1.3.1|4|ACME Print 1\n1.3.6.1.2.1.43.5.1.1.17.1|4|S1\n1.3.6.1.2.1.43.10.2.1.4.1.1|65|77\n"));

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    public LoopbackPrinter(string address)
    {
        _socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
        _ = Task.Run(ServeAsync);
    }

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public void Dispose() => _socket.Dispose();

    private async Task ServeAsync()
    {
        var buffer = new byte[65536];
        try
        {
            while (true)
            {
                var got = await _socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
                var message = SnmpMessage.Decode(buffer.AsSpan(0, got.ReceivedBytes));
                var reply = message.Pdu switch
                {
                    Pdu.Get get => new Pdu.Response(get.RequestId, SnmpErrorStatus.NoError, 0, [.. get.VarBinds.Select(v => new VarBind(v.Oid, Device.Get(v.Oid) ?? SnmpValue.NoSuchInstance.Instance))]),
                    Pdu.GetNext next => new Pdu.Response(next.RequestId, SnmpErrorStatus.NoError, 0, [.. next.VarBinds.Select(v => Device.Next(v.Oid) ?? new VarBind(v.Oid, SnmpValue.EndOfMibView.Instance))]),
                    var other => new Pdu.Response(other.RequestId, SnmpErrorStatus.GenErr, 0, other.VarBinds),
                };
                await _socket.SendToAsync((message with { Pdu = reply }).Encode(), got.RemoteEndPoint);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or SnmpFormatException)
        {
            // The test is over.
        }
    }
}
