using System.Net;
using System.Net.Sockets;

namespace CopyTrack.Accounting.Snmp.Transport;

/// <summary>One unconnected UDP socket and its receive loop, which outlives every bad datagram and every socket error.</summary>
internal sealed class SnmpSocket : IDisposable
{
    private readonly Socket _socket;
    private static readonly TimeSpan PauseAfterError = TimeSpan.FromMilliseconds(10);
    private readonly TimeProvider _time;
    private readonly Action<Memory<byte>, SocketAddress> _received;
    private readonly CancellationTokenSource _stop = new();

    public SnmpSocket(AddressFamily family, TimeProvider time, Action<Memory<byte>, SocketAddress> received)
    {
        _time = time;
        _received = received;
        _socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 4 * 1024 * 1024 };
        _socket.Bind(new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0));
        _ = Task.Run(ReceiveAsync);
    }

    /// <summary>Throws <see cref="SocketException"/> when the system refuses the datagram.</summary>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> datagram, SocketAddress to, CancellationToken cancellationToken) =>
        _socket.SendToAsync(datagram, SocketFlags.None, to, cancellationToken);

    public void Dispose()
    {
        _stop.Cancel();
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task ReceiveAsync()
    {
        var stop = _stop.Token;
        var buffer = new byte[SnmpMessage.MaxLength + 1];
        var from = new SocketAddress(_socket.AddressFamily);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var length = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, from, stop);
                _received(buffer.AsMemory(0, length), from);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // An ICMP message about some other datagram, or a network that is gone for now: this socket goes on.
                if (!await PauseAsync(stop))
                {
                    return;
                }
            }
        }
    }

    /// <summary>False when the socket was closed meanwhile.</summary>
    private async Task<bool> PauseAsync(CancellationToken stop)
    {
        try
        {
            await Task.Delay(PauseAfterError, _time, stop);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
