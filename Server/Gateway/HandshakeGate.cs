using System.Net;
using Microsoft.AspNetCore.Connections;

namespace CopyTrack.Server.Gateway;

/// <summary>
/// Stands before TLS: bounds connections in all and handshakes of one address at once. What is over the second bound waits, so that a site behind one
/// address reconnects in order and a flood from one address delays only that address.
/// </summary>
internal sealed class HandshakeGate(GatewayOptions options, ILogger<HandshakeGate> logger)
{
    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, Waiting> addresses = [];
    private int connections;

    /// <summary>Connections at this moment, handshakes included.</summary>
    public int Connections => Volatile.Read(ref connections);

    /// <summary>The middleware.</summary>
    public async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        if (Interlocked.Increment(ref connections) > options.MaxConnections)
        {
            Interlocked.Decrement(ref connections);
            logger.TooManyConnections(address.ToString(), options.MaxConnections);
            connection.Abort();
            return;
        }
        try
        {
            using var turn = new Turn(this, address, Enter(address));
            await turn.Waiting.Slots.WaitAsync(connection.ConnectionClosed);
            turn.Holds = true;
            connection.Features.Set(turn);
            await next(connection);
        }
        catch (OperationCanceledException) when (connection.ConnectionClosed.IsCancellationRequested)
        {
            // Left while it waited.
        }
        finally
        {
            Interlocked.Decrement(ref connections);
        }
    }

    private Waiting Enter(IPAddress address)
    {
        lock (gate)
        {
            if (!addresses.TryGetValue(address, out var waiting))
            {
                addresses.Add(address, waiting = new Waiting(new SemaphoreSlim(options.HandshakesPerAddress)));
            }
            waiting.Users++;
            return waiting;
        }
    }

    private void Leave(IPAddress address, Waiting waiting)
    {
        lock (gate)
        {
            if (--waiting.Users == 0)
            {
                addresses.Remove(address);
            }
        }
    }

    internal sealed class Waiting(SemaphoreSlim slots)
    {
        public SemaphoreSlim Slots { get; } = slots;

        public int Users { get; set; }
    }

    /// <summary>One connection's place; given back when the handshake is over, at the latest with the connection.</summary>
    internal sealed class Turn(HandshakeGate owner, IPAddress address, Waiting waiting) : IDisposable
    {
        private int left;

        public Waiting Waiting { get; } = waiting;

        public bool Holds { get; set; }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) == 0)
            {
                if (Holds)
                {
                    Waiting.Slots.Release();
                }
                owner.Leave(address, Waiting);
            }
        }
    }
}
