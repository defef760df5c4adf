using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Tests.Snmp;

/// <summary>An agent on loopback that serves a recording, or answers whatever a test wants it to.</summary>
internal sealed class LoopbackAgent : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 4 << 20 };
    private readonly Func<SnmpMessage, IEnumerable<byte[]>> _answer;

    public LoopbackAgent(Func<SnmpMessage, IEnumerable<byte[]>> answer, IPEndPoint? at = null)
    {
        _answer = answer;
        _socket.Bind(at ?? new IPEndPoint(IPAddress.Loopback, 0));
        _ = Task.Run(ServeAsync);
    }

    public LoopbackAgent(SnmpRecording recording, IPEndPoint? at = null) : this(m => [Serve(recording, m)], at)
    {
    }

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public List<SnmpMessage> Seen { get; } = [];

    public SnmpTarget Target => SnmpTarget.V2c(IPAddress.Loopback, Port, "public") with
    {
        Timeout = TimeSpan.FromSeconds(5), Retries = 1,
    };

    public static byte[] Serve(SnmpRecording recording, SnmpMessage message) => Reply(message, message.Pdu switch
    {
        Pdu.Get get => [.. get.VarBinds.Select(v => new VarBind(v.Oid, recording.Get(v.Oid) ?? SnmpValue.NoSuchInstance.Instance))],
        Pdu.GetNext next => [.. next.VarBinds.Select(v => After(recording, v.Oid))],
        Pdu.GetBulk bulk => [.. bulk.VarBinds.SelectMany(v => Run(recording, v.Oid, bulk.MaxRepetitions))],
        _ => [],
    });

    public static byte[] Reply(SnmpMessage to, ImmutableArray<VarBind> varBinds, SnmpErrorStatus error = SnmpErrorStatus.NoError, int index = 0) =>
        (to with { Pdu = new Pdu.Response(to.Pdu.RequestId, error, index, varBinds) }).Encode();

    public void Dispose() => _socket.Dispose();

    private static VarBind After(SnmpRecording recording, ObjectIdentifier oid) => recording.Next(oid) ?? new VarBind(oid, SnmpValue.EndOfMibView.Instance);

    private static IEnumerable<VarBind> Run(SnmpRecording recording, ObjectIdentifier oid, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var next = After(recording, oid);
            yield return next;
            oid = next.Oid;
        }
    }

    /// <summary>An agent of versions 1 and 2c leaves all else unanswered.</summary>
    private static bool TryDecode(ReadOnlySpan<byte> datagram, out SnmpMessage message)
    {
        try
        {
            message = SnmpMessage.Decode(datagram);
            return true;
        }
        catch (SnmpFormatException)
        {
            message = null!;
            return false;
        }
    }

    private async Task ServeAsync()
    {
        var buffer = new byte[65536];
        try
        {
            while (true)
            {
                var got = await _socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
                if (!TryDecode(buffer.AsSpan(0, got.ReceivedBytes), out var message))
                {
                    continue;
                }

                lock (Seen)
                {
                    Seen.Add(message);
                }

                foreach (var datagram in _answer(message))
                {
                    await _socket.SendToAsync(datagram, got.RemoteEndPoint);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
