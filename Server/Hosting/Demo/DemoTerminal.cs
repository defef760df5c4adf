using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using CopyTrack.MfpSimulator.Panels;
using CopyTrack.Terminal.Protocol.Codecs;
using CopyTrack.Terminal.Protocol.Framing;
using CopyTrack.Terminal.Protocol.Messages;
using CopyTrack.Terminal.Protocol.Session;

namespace CopyTrack.Server.Hosting.Demo;

/// <summary>The server refused a request; <see cref="Error"/> is its answer.</summary>
internal sealed class DemoRefusal(RpcError error) : Exception(error.Message)
{
    /// <summary>The answer.</summary>
    public RpcError Error { get; } = error;
}

/// <summary>A terminal beside a simulated copier: speaks docs/terminal-protocol.md over TLS on the loopback and works the copier's panel lock.</summary>
internal sealed class DemoTerminal(string name, bool embedded, DemoIdentity identity, SwitchPanel panel) : IDisposable
{
    private static readonly TimeSpan Back = TimeSpan.FromSeconds(2), AnswerTime = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<long, Waiting> waiting = new();
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly Lock gate = new();
    private TaskCompletionSource unlocked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SslStream? stream;
    private long lastId;

    private sealed record Waiting(TerminalRequest Request, TaskCompletionSource<TerminalResult> Answer);

    /// <summary>Keeps a connection until it is told to stop; <paramref name="connected"/> hears of each hello's answer.</summary>
    public async Task RunAsync(int port, Func<HelloResult, Task> connected, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await ServeAsync(port, connected, cancellationToken);
            }
            catch (Exception e) when (e is IOException or SocketException or AuthenticationException or DemoRefusal || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // The server may be starting or stopping; a terminal tries again.
            }
            catch (OperationCanceledException)
            {
                return;
            }
            finally
            {
                Drop();
            }

            await Task.Delay(Back, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Asks the server. Throws <see cref="DemoRefusal"/> for an error, <see cref="IOException"/> without a connection, <see cref="TimeoutException"/> without an answer.</summary>
    public async Task<TerminalResult> AskAsync(TerminalRequest request, CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref lastId);
        var ticket = new Waiting(request, new TaskCompletionSource<TerminalResult>(TaskCreationOptions.RunContinuationsAsynchronously));
        waiting[id] = ticket;
        try
        {
            await SendAsync(output => TerminalLineEncoder.Request(output, new RequestId(null, id), request), cancellationToken);
            return await ticket.Answer.Task.WaitAsync(AnswerTime, cancellationToken);
        }
        finally
        {
            waiting.TryRemove(id, out _);
        }
    }

    /// <summary>Puts a badge on the reader.</summary>
    public Task<TerminalResult> BadgeAsync(string card, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            unlocked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return AskAsync(new LoginRequest(new Credential.Card(card), Guid.NewGuid().ToString("N")), cancellationToken);
    }

    /// <summary>Comes back when the server has unlocked the panel since the last badge; throws <see cref="TimeoutException"/> when it does not.</summary>
    public Task WhenUnlockedAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return unlocked.Task.WaitAsync(TimeSpan.FromSeconds(20), cancellationToken);
        }
    }

    /// <summary>Locks by itself, as after a logout.</summary>
    public void Lock() => panel.Lock();

    /// <inheritdoc/>
    public void Dispose() => writing.Dispose();

    [SuppressMessage("Reliability", "CA2025", Justification = "the reading task is awaited before the stream goes")]
    [SuppressMessage("Security", "CA5398", Justification = "docs/terminal-protocol.md section 1 names the version")]
    private async Task ServeAsync(int port, Func<HelloResult, Task> connected, CancellationToken cancellationToken)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                EnabledSslProtocols = SslProtocols.Tls13,
                ApplicationProtocols = [new SslApplicationProtocol("copytrack/1")],
                ClientCertificateContext = SslStreamCertificateContext.Create(identity.Own, null, offline: true),
                RemoteCertificateValidationCallback = (_, server, _, errors) =>
                    (errors & SslPolicyErrors.RemoteCertificateNameMismatch) == 0 && DemoEnrolment.IsIssuedBy(identity.Authority, server),
            },
            cancellationToken);
        stream = tls;
        var reading = ReadAsync(tls, cancellationToken);
        var hello = await AskAsync(new HelloRequest(WireNames.ProtocolVersion, "CopyTrack", "Simulated terminal", "1", ["card", embedded ? "embedded" : "panelCable", "projects"]), cancellationToken);
        await connected((HelloResult)hello);
        await reading;
    }

    private async Task ReadAsync(SslStream tls, CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(tls, new StreamPipeReaderOptions(leaveOpen: true));
        var session = new TerminalSession();
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            FrameStatus status;
            while ((status = LineFraming.TryReadLine(ref buffer, LineFraming.MaxLineBytes, out var line)) == FrameStatus.Line)
            {
                await TakeAsync(session, session.Receive(ServerLineDecoder.Decode(line)), cancellationToken);
            }

            if (read.IsCompleted || status == FrameStatus.TooLong)
            {
                throw new IOException($"{name}: the connection ended");
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private async Task TakeAsync(TerminalSession session, SessionStep<ServerRequest, ServerNotification> step, CancellationToken cancellationToken)
    {
        switch (step)
        {
            case SessionStep<ServerRequest, ServerNotification>.Handle handle:
                var result = Obey(handle.Request);
                if (session.TryAnswer(handle.Id))
                {
                    await SendAsync(output => TerminalLineEncoder.Result(output, handle.Id, result), cancellationToken);
                }

                break;
            case SessionStep<ServerRequest, ServerNotification>.Match { Id.Text: null, Id.Digits: null } match when waiting.TryRemove(match.Id.Number, out var ticket):
                Settle(ticket, match.Outcome);
                break;
            case SessionStep<ServerRequest, ServerNotification>.Refuse refuse:
                await SendAsync(output => TerminalLineEncoder.Error(output, refuse.Id, refuse.Error), cancellationToken);
                break;
            default:
                break;
        }
    }

    private PanelResult Obey(ServerRequest request)
    {
        switch (request)
        {
            case PanelUnlock unlock:
                panel.Unlock(Free(unlock.Functions));
                lock (gate)
                {
                    unlocked.TrySetResult();
                }

                return new PanelStateResult("unlocked");
            case PanelLock:
                panel.Lock();
                return new PanelStateResult("locked");
            default:
                return new EmptyResult();
        }
    }

    private static void Settle(Waiting ticket, RpcOutcome outcome)
    {
        if (outcome.Error is { } error)
        {
            ticket.Answer.TrySetException(new DemoRefusal(error));
        }
        else if (outcome.Result is { } json && TerminalResultDecoder.Decode(ticket.Request, json) is { } result)
        {
            ticket.Answer.TrySetResult(result);
        }
        else
        {
            ticket.Answer.TrySetException(new DemoRefusal(RpcError.Of(ErrorCodes.InternalError)));
        }
    }

    private async Task SendAsync(Action<IBufferWriter<byte>> write, CancellationToken cancellationToken)
    {
        var line = new ArrayBufferWriter<byte>(512);
        write(line);
        await writing.WaitAsync(cancellationToken);
        try
        {
            await (stream ?? throw new IOException($"{name}: not connected")).WriteAsync(line.WrittenMemory, cancellationToken);
        }
        catch (ObjectDisposedException e)
        {
            throw new IOException($"{name}: the connection ended", e);
        }
        finally
        {
            writing.Release();
        }
    }

    private void Drop()
    {
        stream = null;
        panel.Lock();
        foreach (var id in waiting.Keys)
        {
            if (waiting.TryRemove(id, out var ticket))
            {
                ticket.Answer.TrySetException(new IOException($"{name}: the connection ended"));
            }
        }
    }

    private static PanelFunctions Free(IEnumerable<string> functions) => functions.Aggregate(PanelFunctions.None, (all, function) => all | function switch
    {
        "copy" => PanelFunctions.Copy,
        "copyColor" => PanelFunctions.Copy | PanelFunctions.CopyColor,
        "scan" => PanelFunctions.Scan,
        "fax" => PanelFunctions.Fax,
        "print" => PanelFunctions.Print,
        _ => PanelFunctions.None,
    });
}
