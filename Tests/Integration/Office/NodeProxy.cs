using System.Net;
using System.Net.Sockets;

namespace CopyTrack.Integration.Office;

/// <summary>A TCP proxy as in front of several nodes: each connection goes to the next node in turn, to the one after it when that refuses.</summary>
internal sealed class NodeProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly int[] ports;
    private readonly Task accepting;
    private int next;

    public NodeProxy(params int[] ports)
    {
        this.ports = ports;
        listener.Start(512);
        accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stop.Token);
                _ = CarryAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The day is over.
        }
    }

    private async Task CarryAsync(TcpClient client)
    {
        using (client)
        {
            for (var i = 0; i < ports.Length; i++)
            {
                using var node = new TcpClient { NoDelay = true };
                try
                {
                    await node.ConnectAsync(IPAddress.Loopback, ports[Interlocked.Increment(ref next) % ports.Length], stop.Token);
                }
                catch (Exception e) when (e is SocketException or OperationCanceledException)
                {
                    continue;
                }

                client.NoDelay = true;
                using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
                await Task.WhenAny(CopyAsync(client, node, ended.Token), CopyAsync(node, client, ended.Token));
                await ended.CancelAsync();
                return;
            }
        }
    }

    private static async Task CopyAsync(TcpClient from, TcpClient to, CancellationToken cancellationToken)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream(), cancellationToken);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // One side ended; the other is ended with it.
        }
    }
}
