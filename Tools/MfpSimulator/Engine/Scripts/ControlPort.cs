using System.Net;
using System.Net.Sockets;

namespace CopyTrack.MfpSimulator.Scripts;

/// <summary>Takes the script language over TCP on loopback, a line in, a JSON line out: a terminal simulator locks and unlocks panels here. At most 256 connections, lines of at most 4,096 characters.</summary>
public sealed class ControlPort : IDisposable
{
    private const int MaxConnections = 256;
    private readonly TcpListener listener;
    private readonly CommandInterpreter interpreter;
    private readonly CancellationTokenSource stopping = new();
    private int connections;

    /// <summary>Listens at once; <paramref name="port"/> 0 = a free one. Throws <see cref="SocketException"/> when it is taken.</summary>
    public ControlPort(CommandInterpreter interpreter, int port)
    {
        this.interpreter = interpreter;
        listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        EndPoint = (IPEndPoint)listener.LocalEndpoint;
        _ = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        stopping.Cancel();
        listener.Dispose();
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var token = stopping.Token;
        while (!token.IsCancellationRequested)
        {
            try
            {
                _ = ServeAsync(await listener.AcceptTcpClientAsync(token), token);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // One connection that broke while it was accepted; the next may be fine.
                continue;
            }
        }
    }

    private async Task ServeAsync(TcpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using var connection = client;
            if (Interlocked.Increment(ref connections) > MaxConnections) return;
            client.NoDelay = true;
            await using var stream = client.GetStream();
            using var reader = new LineReader(stream);
            await using var writer = new StreamWriter(stream) { AutoFlush = true, NewLine = "\n" };
            while (await reader.ReadAsync(cancellationToken) is { } line)
                if (await interpreter.ExecuteAsync(line, cancellationToken) is { } answer) await writer.WriteLineAsync(answer.AsMemory(), cancellationToken);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The other side or we have gone; there is nobody left to tell.
            _ = e;
        }
        finally
        {
            Interlocked.Decrement(ref connections);
        }
    }
}
