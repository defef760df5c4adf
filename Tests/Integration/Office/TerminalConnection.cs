using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using CopyTrack.Terminal.Protocol.Codecs;
using CopyTrack.Terminal.Protocol.Framing;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Integration.Office;

/// <summary>One connection of a terminal to a server: lines in, lines out.</summary>
internal sealed class TerminalConnection : IDisposable
{
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(4), WriteTime = TimeSpan.FromSeconds(4);

    private readonly TcpClient client;
    private readonly SslStream tls;
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly Dictionary<long, TerminalRequest> waiting = [];
    private readonly CancellationTokenSource ended = new();
    private long last;

    private TerminalConnection(TcpClient client, SslStream tls) => (this.client, this.tls) = (client, tls);

    /// <summary>Connects; throws what sockets and TLS throw.</summary>
    public static async Task<TerminalConnection> OpenAsync(TerminalIdentity identity, int port, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ConnectTime);
        var client = new TcpClient { NoDelay = true };
        try
        {
            await client.ConnectAsync("127.0.0.1", port, limit.Token);
            var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsClientAsync(identity.Options(), limit.Token);
            return new TerminalConnection(client, tls);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Sends a request; its answer comes to the reader.</summary>
    public Task SendAsync(TerminalRequest request)
    {
        long id;
        lock (waiting)
        {
            id = ++last;
            waiting.Add(id, request);
        }

        return WriteAsync(output => TerminalLineEncoder.Request(output, new RequestId(null, id), request));
    }

    /// <summary>Answers a request of the server.</summary>
    public Task AnswerAsync(RequestId id, PanelResult? result, RpcError? error) => WriteAsync(output =>
    {
        if (error is not null)
        {
            TerminalLineEncoder.Error(output, id, error);
        }
        else
        {
            TerminalLineEncoder.Result(output, id, result!);
        }
    });

    /// <summary>Reads until the connection ends. <paramref name="heard"/> is called for each line, then one of the others.</summary>
    public async Task ReadAsync(Action heard, Func<RequestId, ServerRequest, Task> asked, Func<TerminalRequest, TerminalResult?, RpcError?, Task> answered, Action<TerminalClosing> closing)
    {
        var reader = PipeReader.Create(tls, new StreamPipeReaderOptions(leaveOpen: true));
        while (true)
        {
            var read = await reader.ReadAsync(ended.Token);
            var buffer = read.Buffer;
            while (LineFraming.TryReadLine(ref buffer, LineFraming.MaxLineBytes, out var line) == FrameStatus.Line)
            {
                heard();
                switch (ServerLineDecoder.Decode(line))
                {
                    case Incoming<ServerRequest, ServerNotification>.Request request:
                        await asked(request.Id, request.Body);
                        break;
                    case Incoming<ServerRequest, ServerNotification>.Notification { Body: TerminalClosing body }:
                        closing(body);
                        break;
                    case Incoming<ServerRequest, ServerNotification>.Reply { Id: { } id } reply when Take(id) is { } request:
                        var result = reply.Outcome.Result is { } json ? TerminalResultDecoder.Decode(request, json) : null;
                        await answered(request, result, reply.Outcome.Error);
                        break;
                    case var other:
                        throw new InvalidOperationException($"the server sent something unexpected: {other.GetType().Name}");
                }
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>Cuts the connection; the reader ends.</summary>
    public void Cut()
    {
        try
        {
            ended.Cancel();
            client.Close();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Cut();
        tls.Dispose();
        client.Dispose();
        ended.Dispose();
    }

    private TerminalRequest? Take(RequestId id)
    {
        lock (waiting)
        {
            return waiting.Remove(id.Number, out var request) ? request : null;
        }
    }

    private async Task WriteAsync(Action<IBufferWriter<byte>> write)
    {
        var line = new ArrayBufferWriter<byte>(512);
        write(line);
        try
        {
            await writing.WaitAsync(ended.Token);
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(ended.Token);
                limit.CancelAfter(WriteTime);
                await tls.WriteAsync(line.WrittenMemory, limit.Token);
            }
            finally
            {
                writing.Release();
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The reader sees the end.
            Cut();
        }
    }
}
