using System.Net;
using System.Net.Sockets;
using CopyTrack.MfpSimulator.Device;
using CopyTrack.MfpSimulator.Time;

namespace CopyTrack.MfpSimulator.Agent;

/// <summary>The UDP socket of one device, with the faults of its network.</summary>
internal sealed class AgentSocket : IDisposable
{
    private const int MaxDatagram = 4096;
    private const int MaxReply = 65_535;

    [ThreadStatic] private static byte[]? replyBuffer;

    private readonly SimulatedMfp device;
    private readonly Scheduler scheduler;
    private readonly SnmpAgent agent;
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Random random;
    private readonly Task loop;

    /// <summary>Binds and starts to answer. Throws <see cref="SocketException"/> when the address is taken or not ours.</summary>
    public AgentSocket(SimulatedMfp device, Scheduler scheduler)
    {
        (this.device, this.scheduler) = (device, scheduler);
        agent = new SnmpAgent(device, System.Text.Encoding.UTF8.GetBytes(device.Setup.Community));
        random = new Random(device.Setup.Seed ^ device.Number);
        try
        {
            socket.Bind(new IPEndPoint(device.Setup.Address, device.Setup.Port));
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        EndPoint = (IPEndPoint)socket.LocalEndPoint!;
        loop = Task.Run(RunAsync);
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>Stops answering; the loop ends by itself.</summary>
    public void Dispose() => socket.Dispose();

    private async Task RunAsync()
    {
        var datagram = new byte[MaxDatagram];
        var from = new SocketAddress(AddressFamily.InterNetwork);
        while (true)
        {
            int length;
            try
            {
                length = await socket.ReceiveFromAsync(datagram.AsMemory(), SocketFlags.None, from);
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted or SocketError.Interrupted })
            {
                return;
            }
            catch (SocketException)
            {
                continue;
            }

            Answer(datagram.AsSpan(0, length), from);
            device.CountRequest();
        }
    }

    private void Answer(ReadOnlySpan<byte> request, SocketAddress from)
    {
        var faults = device.Faults;
        if (faults.Loss > 0 && random.NextDouble() < faults.Loss) return;
        replyBuffer ??= GC.AllocateUninitializedArray<byte>(MaxReply);
        var range = agent.Reply(request, replyBuffer);
        var reply = replyBuffer.AsSpan(range);
        if (reply.IsEmpty || (faults.Loss > 0 && random.NextDouble() < faults.Loss)) return;
        var delay = faults.Delay + (faults.Jitter * random.NextDouble()) + (faults.Late > 0 && random.NextDouble() < faults.Late ? faults.LateBy : TimeSpan.Zero);
        var times = faults.Duplicates > 0 && random.NextDouble() < faults.Duplicates ? 2 : 1;
        for (var i = 0; i < times; i++)
            if (delay > TimeSpan.Zero) SendLater(reply.ToArray(), from, delay);
            else Send(reply, from);
    }

    private void SendLater(byte[] reply, SocketAddress from, TimeSpan delay)
    {
        var to = new SocketAddress(from.Family, from.Size);
        from.Buffer.Span[..from.Size].CopyTo(to.Buffer.Span);
        lock (scheduler.Gate) scheduler.After(delay, () => Send(reply, to));
    }

    /// <summary>A reply that can't be sent is a lost packet.</summary>
    private void Send(ReadOnlySpan<byte> reply, SocketAddress to)
    {
        try
        {
            socket.SendTo(reply, SocketFlags.None, to);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            _ = e;
        }
    }
}
