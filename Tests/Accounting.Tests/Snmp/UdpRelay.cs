using System.Net;
using System.Net.Sockets;

namespace CopyTrack.Accounting.Tests.Snmp;

/// <summary>Stands between a manager and a real agent on loopback, and may change, hold back, repeat or invent what passes.</summary>
internal sealed class UdpRelay : IDisposable
{
    private readonly Socket _front = Bound(), _back = Bound(), _elsewhere = Bound();
    private EndPoint? _manager;

    public UdpRelay(int peerPort)
    {
        PeerPort = peerPort;
        _ = Task.Run(() => PumpAsync(_front, (data, from) =>
        {
            _manager = from;
            return OnRequest(data).Select(d => _back.SendToAsync(d, new IPEndPoint(IPAddress.Loopback, PeerPort)));
        }));
        _ = Task.Run(() => PumpAsync(_back, (data, _) => OnReply(data).Select(d => (AnswerFromElsewhere ? _elsewhere : _front).SendToAsync(d, _manager!))));
    }

    /// <summary>Where requests go.</summary>
    public int PeerPort { get; set; }

    public int Port => ((IPEndPoint)_front.LocalEndPoint!).Port;

    public int OtherPort => ((IPEndPoint)_elsewhere.LocalEndPoint!).Port;

    /// <summary>Replies leave from another port than requests came to.</summary>
    public bool AnswerFromElsewhere { get; set; }

    /// <summary>What of a request goes on to the agent.</summary>
    public Func<byte[], IEnumerable<byte[]>> OnRequest { get; set; } = d => [d];

    /// <summary>What of a reply goes back to the manager.</summary>
    public Func<byte[], IEnumerable<byte[]>> OnReply { get; set; } = d => [d];

    /// <summary>Answers in the agent's place.</summary>
    public void Answer(byte[] datagram) => _front.SendTo(datagram, _manager!);

    public void Dispose()
    {
        _front.Dispose();
        _back.Dispose();
        _elsewhere.Dispose();
    }

    private static Socket Bound()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static async Task PumpAsync(Socket socket, Func<byte[], EndPoint, IEnumerable<Task<int>>> pass)
    {
        var buffer = new byte[65536];
        try
        {
            while (true)
            {
                var got = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
                await Task.WhenAll(pass(buffer[..got.ReceivedBytes], got.RemoteEndPoint));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
