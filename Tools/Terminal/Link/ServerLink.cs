using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Threading.Channels;
using CopyTrack.Terminal.Configuration;
using CopyTrack.Terminal.Enrolment;
using CopyTrack.Terminal.Machine;
using CopyTrack.Terminal.Protocol.Codecs;
using CopyTrack.Terminal.Protocol.Framing;
using CopyTrack.Terminal.Protocol.Messages;
using CopyTrack.Terminal.Protocol.Session;

namespace CopyTrack.Terminal.Link;

/// <summary>One connection to the server: TLS, lines in, lines out. Used once. What is sent keeps its order; sends after the end are dropped.</summary>
internal sealed class ServerLink(ServerOptions server, KeyFolder folder, Func<TerminalInput, ValueTask> post, CancellationToken stopping) : IDisposable
{
    private const int MaxQueued = 256;
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(10), WriteTime = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    private readonly Channel<byte[]> outgoing = Channel.CreateBounded<byte[]>(MaxQueued);
    private readonly TerminalSession session = new();
    private readonly Dictionary<long, TerminalRequest> waiting = [];
    private readonly Lock gate = new();

    /// <summary>Connects and serves until the connection ends; posts <see cref="TerminalInput.LinkOpened"/>, what comes in, and at last <see cref="TerminalInput.LinkClosed"/>.</summary>
    internal async Task RunAsync()
    {
        string reason;
        try
        {
            reason = await ServeAsync();
        }
        catch (OperationCanceledException)
        {
            reason = "closed";
        }
        catch (AuthenticationException fault)
        {
            reason = $"the server's or the terminal's certificate was refused: {fault.Message}";
        }
        catch (Exception fault) when (fault is IOException or SocketException or CryptographicException)
        {
            reason = fault is IOException { InnerException: SocketException inner } ? inner.Message : fault.Message;
        }
        outgoing.Writer.TryComplete();
        await post(new TerminalInput.LinkClosed(reason));
    }

    /// <summary>Queues a request.</summary>
    internal void Send(long id, TerminalRequest request)
    {
        lock (gate)
        {
            waiting[id] = request;
        }
        Queue(output => TerminalLineEncoder.Request(output, new RequestId(null, id), request));
    }

    /// <summary>Queues a notification.</summary>
    internal void Notify(TerminalNotification notification) => Queue(output => TerminalLineEncoder.Notification(output, notification));

    /// <summary>Queues the answer to a request of the server; a second answer to the same one is dropped.</summary>
    internal void Respond(RequestId id, string? panelState, RpcError? error)
    {
        lock (gate)
        {
            if (!session.TryAnswer(id))
            {
                return;
            }
        }
        Queue(output =>
        {
            if (error is not null)
            {
                TerminalLineEncoder.Error(output, id, error);
            }
            else
            {
                TerminalLineEncoder.Result(output, id, panelState is null ? new EmptyResult() : new PanelStateResult(panelState));
            }
        });
    }

    /// <summary>As above, with a result that is no panel's state.</summary>
    internal void Respond(RequestId id, PanelResult result)
    {
        lock (gate)
        {
            if (!session.TryAnswer(id))
            {
                return;
            }
        }
        Queue(output => TerminalLineEncoder.Result(output, id, result));
    }

    /// <summary>Ends the connection once what is queued has been written.</summary>
    internal void Close()
    {
        outgoing.Writer.TryComplete();
        ended.CancelAfter(TimeSpan.FromMilliseconds(500));
    }

    /// <summary>Ends the connection.</summary>
    public void Dispose()
    {
        ended.Cancel();
        ended.Dispose();
    }

    private void Queue(Action<IBufferWriter<byte>> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        write(buffer);
        if (buffer.WrittenCount > LineFraming.MaxLineBytes || !outgoing.Writer.TryWrite(buffer.WrittenSpan.ToArray()))
        {
            // A server that does not read for so long is gone, or our own line is broken: start anew rather than lose a message silently.
            ended.Cancel();
        }
        buffer.Clear();
    }

    [SuppressMessage("Security", "CA5398", Justification = "docs/terminal-protocol.md section 1 names the version")]
    [SuppressMessage("Reliability", "CA2025", Justification = "the writing task is awaited before the stream goes")]
    private async Task<string> ServeAsync()
    {
        using var certificate = folder.LoadIdentity();
        using var authority = folder.LoadAuthority();
        if (certificate is null || authority is null)
        {
            return "this terminal is not enrolled yet";
        }
        using var connecting = CancellationTokenSource.CreateLinkedTokenSource(ended.Token);
        connecting.CancelAfter(ConnectTime);
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(server.Host, server.Port, connecting.Token);
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = server.Host, EnabledSslProtocols = SslProtocols.Tls13, ApplicationProtocols = [new SslApplicationProtocol("copytrack/1")],
                ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true), CertificateChainPolicy = ServerTrust.PolicyFor(authority),
            }, connecting.Token);
        await post(new TerminalInput.LinkOpened());
        var writing = WriteAsync(tls);
        try
        {
            return await ReadAsync(PipeReader.Create(tls, new StreamPipeReaderOptions(leaveOpen: true)));
        }
        finally
        {
            outgoing.Writer.TryComplete();
            await writing;
        }
    }

    private async Task WriteAsync(SslStream tls)
    {
        try
        {
            await foreach (var line in outgoing.Reader.ReadAllAsync(ended.Token))
            {
                using var slow = CancellationTokenSource.CreateLinkedTokenSource(ended.Token);
                slow.CancelAfter(WriteTime);
                await tls.WriteAsync(line, slow.Token);
                CryptographicOperations.ZeroMemory(line);
            }
            await tls.ShutdownAsync();
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The reading side sees the end and tells it.
            await ended.CancelAsync();
        }
    }

    private async Task<string> ReadAsync(PipeReader reader)
    {
        while (true)
        {
            var read = await reader.ReadAsync(ended.Token);
            var buffer = read.Buffer;
            FrameStatus status;
            while ((status = LineFraming.TryReadLine(ref buffer, LineFraming.MaxLineBytes, out var line)) == FrameStatus.Line)
            {
                if (await TakeAsync(ServerLineDecoder.Decode(line)) is { } reason)
                {
                    return reason;
                }
            }
            if (status == FrameStatus.TooLong)
            {
                return "the server sent a line that is too long";
            }
            reader.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
            {
                return "the server closed the connection";
            }
        }
    }

    /// <summary>Null, or why the connection must end.</summary>
    private async ValueTask<string?> TakeAsync(Incoming<ServerRequest, ServerNotification> line)
    {
        SessionStep<ServerRequest, ServerNotification> step;
        lock (gate)
        {
            step = session.Receive(line);
        }
        switch (step)
        {
            case SessionStep<ServerRequest, ServerNotification>.Handle handle:
                await post(new TerminalInput.Asked(handle.Id, handle.Request));
                return null;
            case SessionStep<ServerRequest, ServerNotification>.Notify { Notification: TerminalClosing closing }:
                await post(new TerminalInput.Closing(closing.Reason, closing.RetryAfterSeconds));
                return null;
            case SessionStep<ServerRequest, ServerNotification>.Match match:
                await post(Reply(match.Id, match.Outcome));
                return null;
            case SessionStep<ServerRequest, ServerNotification>.Refuse refuse:
                Queue(output => TerminalLineEncoder.Error(output, refuse.Id, refuse.Error));
                await post(new TerminalInput.Heard());
                return refuse.ThenClose ? "the server sent a line that is not JSON" : null;
            case SessionStep<ServerRequest, ServerNotification>.Overrun:
                return "the server asked too much at once";
            default:
                await post(new TerminalInput.Heard());
                return null;
        }
    }

    private TerminalInput Reply(RequestId id, RpcOutcome outcome)
    {
        TerminalRequest? request;
        lock (gate)
        {
            if (id.Text is not null || id.Digits is not null || !waiting.Remove(id.Number, out request))
            {
                return new TerminalInput.Heard();
            }
        }
        var result = outcome.Result is { } json ? TerminalResultDecoder.Decode(request, json) : null;
        return new TerminalInput.Replied(id.Number, result, outcome.Error ?? (result is null ? RpcError.Of(ErrorCodes.InternalError) : null));
    }
}
