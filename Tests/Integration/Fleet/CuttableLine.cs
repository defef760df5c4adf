using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace CopyTrack.Integration.Fleet;

/// <summary>A TCP line between a site and the manager that can be cut in the middle of whatever is on it, and led to another port after the manager's restart.</summary>
internal sealed class CuttableLine : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<TcpClient, byte> _open = new();
    private readonly Task _accepting;

    public CuttableLine()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Where it leads; 0 = nowhere.</summary>
    public int Target { get; set; }

    /// <summary>Bytes that went through after the answer of the manager was cut off: what makes an agent send again what is kept already.</summary>
    public bool SwallowAnswers { get; set; }

    /// <summary>Ends every connection on the line, in the middle of a word.</summary>
    public void Cut()
    {
        foreach (var client in _open.Keys)
        {
            // One that ends at this moment by itself has no socket any more.
            client.Client?.Close(0);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = CarryAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task CarryAsync(TcpClient client)
    {
        using var target = new TcpClient();
        using (client)
        {
            _open[client] = 0;
            try
            {
                await target.ConnectAsync(IPAddress.Loopback, Target, _stop.Token);
                await Task.WhenAny(CopyAsync(client, target, false), CopyAsync(target, client, true));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or IOException or ObjectDisposedException or ArgumentException)
            {
                // Nobody there; the agent finds a closed line.
            }
            finally
            {
                _open.TryRemove(client, out _);
            }
        }
    }

    private async Task CopyAsync(TcpClient from, TcpClient to, bool answers)
    {
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await from.GetStream().ReadAsync(buffer, _stop.Token)) > 0)
        {
            // Whole answers to messages are short: swallow those and let the handshake through.
            if (answers && SwallowAnswers && read < 1200)
            {
                from.Client.Close(0);
                return;
            }

            await to.GetStream().WriteAsync(buffer.AsMemory(0, read), _stop.Token);
        }
    }
}
