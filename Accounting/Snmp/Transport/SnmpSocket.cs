using System.Net;
using System.Net.Sockets;

namespace CopyTrack.Accounting.Snmp.Transport;

/// <summary>
/// One unconnected UDP socket and its receive loop, which outlives every bad datagram and every socket error. The loop has a thread of its own that blocks in the system:
/// at thousands of replies a second that costs a quarter less than waiting through the thread pool does, and a busy pool can't make replies look late.
/// </summary>
internal sealed class SnmpSocket : IDisposable
{
    private static readonly TimeSpan PauseAfterError = TimeSpan.FromMilliseconds(10);
    private readonly Socket _socket;
    private readonly Action<Memory<byte>, SocketAddress> _received;
    private readonly Func<bool> _isBusy;
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Opens it. <paramref name="isBusy"/> tells whether so many replies are waited for that they are better taken together than one by one.</summary>
    public SnmpSocket(AddressFamily family, Action<Memory<byte>, SocketAddress> received, Func<bool> isBusy)
    {
        (_received, _isBusy) = (received, isBusy);
        _socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 4 * 1024 * 1024 };
        _socket.Bind(new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0));
        new Thread(Receive) { IsBackground = true, Name = "snmp-receive" }.Start();
    }

    /// <summary>Throws <see cref="SocketException"/> when the system refuses the datagram. Hands it to the system's queue, which takes microseconds.</summary>
    public void Send(ReadOnlySpan<byte> datagram, SocketAddress to) => _socket.SendTo(datagram, SocketFlags.None, to);

    public void Dispose()
    {
        _stop.Cancel();
        // Wakes the thread out of its wait.
        _socket.Dispose();
    }

    private void Receive()
    {
        var stop = _stop.Token;
        var buffer = new byte[SnmpMessage.MaxLength + 1];
        var from = new SocketAddress(_socket.AddressFamily);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var length = _socket.ReceiveFrom(buffer, SocketFlags.None, from);
                _received(buffer.AsMemory(0, length), from);
                if (_isBusy() && _socket.Available == 0)
                {
                    // Those who wait for what came get their turn first, and the next replies gather meanwhile: one change of threads for many replies.
                    Thread.Yield();
                }
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // Closed, or an ICMP message about some other datagram, or a network that is gone for now: then this socket goes on.
                stop.WaitHandle.WaitOne(PauseAfterError);
            }
        }
    }
}
