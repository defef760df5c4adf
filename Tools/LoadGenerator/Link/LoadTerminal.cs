using System.Buffers;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using CopyTrack.LoadGenerator.Enrolment;
using CopyTrack.Terminal.Protocol.Codecs;
using CopyTrack.Terminal.Protocol.Framing;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.LoadGenerator.Link;

/// <summary>What a request brought: time stamps of <see cref="Stopwatch"/> of its writing and of the arrival of its answer.</summary>
internal readonly record struct Answer(TerminalResult? Result, int Code, long SentAt, long At);

/// <summary>
/// One terminal: its connection, requests in flight, and the server's requests answered as a panel would at once. Thread-safe.
/// </summary>
internal sealed class LoadTerminal : IAsyncDisposable
{
    private const int LinkLost = -1;

    private readonly Lock gate = new();
    private readonly Dictionary<long, (TerminalRequest Request, long SentAt, TaskCompletionSource<Answer> Done)> pending = [];
    private readonly SslStream tls;
    private readonly Task receiving;
    private ArrayBufferWriter<byte> waiting = new(512), spare = new(512);
    private TaskCompletionSource<long> unlocked = New<long>();
    private bool writing, ended;
    private long lastId;

    private LoadTerminal(int number, SslStream tls)
    {
        (Number, this.tls) = (number, tls);
        receiving = ReceiveAsync();
    }

    /// <summary>Which of the fleet, from 0.</summary>
    public int Number { get; }

    /// <summary>Whether the connection has ended.</summary>
    public bool IsLost
    {
        get
        {
            lock (gate)
            {
                return ended;
            }
        }
    }

    /// <summary>Connects by TLS 1.3 with the terminal's certificate and says hello. Throws when either fails.</summary>
    [SuppressMessage("Security", "CA5398", Justification = "docs/terminal-protocol.md §1 names the version")]
    public static async Task<LoadTerminal> ConnectAsync(int number, string host, int port, X509Certificate2 certificate, X509Certificate2 authority, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(host, port, cancellationToken);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = host, EnabledSslProtocols = SslProtocols.Tls13, AllowTlsResume = false, ApplicationProtocols = [new SslApplicationProtocol("copytrack/1")],
                ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true), CertificateChainPolicy = EstClient.Trust(authority),
            },
            cancellationToken);
        var terminal = new LoadTerminal(number, tls);
        var hello = await terminal.AskAsync(new HelloRequest(WireNames.ProtocolVersion, "CopyTrack", "load", "1", ["card", "password", "projects"]));
        return hello.Result is HelloResult ? terminal : throw new IOException($"terminal {number}: hello was answered with {hello.Code}");
    }

    /// <summary>Sends a request; the answer's code is 0 when good, the error's code when refused, -1 when the connection ended.</summary>
    public Task<Answer> AskAsync(TerminalRequest request)
    {
        var done = New<Answer>();
        lock (gate)
        {
            var sentAt = Stopwatch.GetTimestamp();
            if (ended)
            {
                return Task.FromResult(new Answer(null, LinkLost, sentAt, sentAt));
            }

            var id = ++lastId;
            pending.Add(id, (request, sentAt, done));
            if (request is LoginRequest && unlocked.Task.IsCompleted)
            {
                unlocked = New<long>();
            }

            TerminalLineEncoder.Request(waiting, new RequestId(null, id), request);
        }

        StartWriting();
        return done.Task;
    }

    /// <summary>Time stamp of the next panel.unlock after the last login was asked for, or of one that has come since; -1 when the connection ended.</summary>
    public Task<long> WhenUnlocked()
    {
        lock (gate)
        {
            return ended && !unlocked.Task.IsCompleted ? Task.FromResult((long)LinkLost) : unlocked.Task;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await tls.DisposeAsync();
        await receiving;
    }

    private static TaskCompletionSource<T> New<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void StartWriting()
    {
        lock (gate)
        {
            if (writing || ended)
            {
                return;
            }

            writing = true;
        }

        _ = WriteAllAsync();
    }

    private async Task WriteAllAsync()
    {
        try
        {
            while (true)
            {
                ArrayBufferWriter<byte> now;
                lock (gate)
                {
                    if (waiting.WrittenCount == 0)
                    {
                        writing = false;
                        return;
                    }

                    (now, waiting, spare) = (waiting, spare, waiting);
                }

                await tls.WriteAsync(now.WrittenMemory);
                now.ResetWrittenCount();
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The receiving side sees the end and tells whoever waits.
        }
    }

    private async Task ReceiveAsync()
    {
        await Task.Yield();
        try
        {
            var (buffer, filled) = (new byte[2048], 0);
            while (await tls.ReadAsync(buffer.AsMemory(filled)) is var got && got > 0)
            {
                var at = Stopwatch.GetTimestamp();
                filled += got;
                var rest = new ReadOnlySequence<byte>(buffer, 0, filled);
                while (LineFraming.TryReadLine(ref rest, LineFraming.MaxLineBytes, out var line) == FrameStatus.Line)
                {
                    Take(ServerLineDecoder.Decode(line), at);
                }

                filled = (int)rest.Length;
                rest.CopyTo(buffer);
                if (filled == buffer.Length)
                {
                    Array.Resize(ref buffer, Math.Min(buffer.Length * 2, LineFraming.MaxLineBytes + 1));
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The end of the connection, told below.
        }

        End();
    }

    private void Take(Incoming<ServerRequest, ServerNotification> line, long at)
    {
        switch (line)
        {
            case Incoming<ServerRequest, ServerNotification>.Reply { Id: { } id, Outcome: { } outcome }:
                Finish(id.Number, outcome, at);
                break;
            case Incoming<ServerRequest, ServerNotification>.Request request:
                Respond(request.Id, request.Body, at);
                break;
            default:
                break;
        }
    }

    private void Finish(long id, RpcOutcome outcome, long at)
    {
        (TerminalRequest Request, long SentAt, TaskCompletionSource<Answer> Done) asked;
        lock (gate)
        {
            if (!pending.Remove(id, out asked))
            {
                return;
            }
        }

        asked.Done.SetResult(outcome.Error is { } error
            ? new Answer(null, error.Code, asked.SentAt, at)
            : new Answer(TerminalResultDecoder.Decode(asked.Request, outcome.Result!.Value), 0, asked.SentAt, at));
    }

    private void Respond(RequestId id, ServerRequest request, long at)
    {
        lock (gate)
        {
            PanelResult result = request switch
            {
                PanelUnlock => new PanelStateResult("unlocked"),
                PanelLock => new PanelStateResult("locked"),
                _ => new EmptyResult(),
            };
            TerminalLineEncoder.Result(waiting, id, result);
            if (request is PanelUnlock)
            {
                unlocked.TrySetResult(at);
            }
        }

        StartWriting();
    }

    private void End()
    {
        List<(TerminalRequest Request, long SentAt, TaskCompletionSource<Answer> Done)> lost;
        lock (gate)
        {
            ended = true;
            lost = [.. pending.Values];
            pending.Clear();
            unlocked.TrySetResult(LinkLost);
        }

        foreach (var (_, sentAt, done) in lost)
        {
            done.TrySetResult(new Answer(null, LinkLost, sentAt, sentAt));
        }
    }
}
