using System.IO.Pipelines;
using System.Security.Cryptography.X509Certificates;
using CopyTrack.Server.Data;
using CopyTrack.Server.WalkUp;
using CopyTrack.Terminal.Protocol.Codecs;
using CopyTrack.Terminal.Protocol.Framing;
using CopyTrack.Terminal.Protocol.Messages;
using CopyTrack.Terminal.Protocol.Session;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace CopyTrack.Server.Gateway;

using Step = SessionStep<TerminalRequest, TerminalNotification>;

/// <summary>Runs one terminal's connection after its handshake: bytes in, lines, rules, requests to the walk-up.</summary>
internal sealed class TerminalConnectionHandler(
    TerminalTrust trust, TerminalDirectory directory, TerminalRegistry registry, GatewayLifetime lifetime, ITerminalRequests requests, GatewayOptions options,
    GatewayMetrics metrics, TimeProvider time, ILogger<TerminalConnectionHandler> logger) : ConnectionHandler
{
    /// <summary>How long what a terminal still sends is taken in after the last line to it, since closing on unread bytes would destroy that line.</summary>
    private static readonly TimeSpan s_linger = TimeSpan.FromMilliseconds(100);

    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        connection.Features.Get<HandshakeGate.Turn>()?.Dispose();
        var certificate = connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate;
        var address = connection.RemoteEndPoint?.ToString() ?? "";
        if (certificate is null || trust.Identify(certificate) is not { } identity || !await IsAdmittedAsync(identity, certificate, connection.ConnectionClosed))
        {
            connection.Abort();
            return;
        }
        var input = connection.Transport.Input;
        var link = new TerminalLink(
            identity, connection.Transport.Output, input.CancelPendingRead, () => connection.Abort(new ConnectionAbortedException("cut")), options, metrics, time, logger);
        registry.Add(link);
        metrics.Connected();
        logger.TerminalConnected(identity.TerminalId, address);
        // Between the look-up and the entry into the registry a revocation finds neither.
        if (directory.Judge(identity.TerminalId, identity.Serial) == Admission.Refused)
        {
            link.Break("revoked");
        }
        lifetime.Greet(link);
        try
        {
            await ReadAsync(link, input, connection.ConnectionClosed);
        }
        catch (Exception ex) when (ex is IOException or ConnectionAbortedException or ConnectionResetException or OperationCanceledException)
        {
            // A terminal that goes without a word is daily business.
        }
        finally
        {
            var hadHello = link.HelloDone;
            link.Gone();
            registry.Remove(link);
            metrics.Disconnected();
            logger.TerminalGone(identity.TerminalId, link.Cause);
            if (hadHello)
            {
                await TellGoneAsync(link);
            }
        }
    }

    private async Task<bool> IsAdmittedAsync(TerminalIdentity identity, X509Certificate2 certificate, CancellationToken cancellationToken)
    {
        try
        {
            var admission = directory.Judge(identity.TerminalId, identity.Serial);
            var good = admission == Admission.Allowed
                || (admission == Admission.Unknown && await directory.IsAllowedAsync(identity.TerminalId, identity.Serial, cancellationToken));
            if (!good)
            {
                logger.CertificateRefused(certificate.Thumbprint, "unknown here");
            }
            return good;
        }
        catch (StorageUnavailableException ex)
        {
            logger.RefreshFailed(ex);
            return false;
        }
    }

    private async Task ReadAsync(TerminalLink link, PipeReader input, CancellationToken closed)
    {
        while (link.Reads)
        {
            var read = await input.ReadAsync(CancellationToken.None);
            var buffer = read.Buffer;
            try
            {
                FrameStatus status;
                while ((status = LineFraming.TryReadLine(ref buffer, LineFraming.MaxLineBytes, out var line)) == FrameStatus.Line && link.Reads)
                {
                    metrics.Line();
                    await TakeAsync(link, link.Receive(TerminalLineDecoder.Decode(line)), closed);
                    if (link.BackPressure() is { } slower)
                    {
                        await slower;
                    }
                }
                if (status == FrameStatus.TooLong)
                {
                    logger.ProtocolBroken(link.TerminalId, "a line of more than 65,536 bytes");
                    link.Break("line too long");
                }
                if (read.IsCompleted)
                {
                    return;
                }
            }
            finally
            {
                input.AdvanceTo(buffer.Start, buffer.End);
            }
        }
        await link.WhenWritten;
        await DiscardAsync(input);
    }

    private ValueTask TakeAsync(TerminalLink link, Step step, CancellationToken closed)
    {
        switch (step)
        {
            case Step.Handle { Request: HelloRequest } hello:
                // What follows a hello in the same write is looked at once hello is answered.
                return new ValueTask(HelloAsync(link, hello, closed));
            case Step.Handle handle:
                _ = HandleAsync(link, handle, closed);
                break;
            case Step.Notify notify:
                _ = NotifyAsync(link, notify.Notification, closed);
                break;
            case Step.Refuse { ThenClose: true }:
                logger.ProtocolBroken(link.TerminalId, "a line that is not JSON, or another protocol version");
                break;
            case Step.Overrun:
                logger.ProtocolBroken(link.TerminalId, "more than 32 requests in flight");
                break;
            default:
                break;
        }
        return ValueTask.CompletedTask;
    }

    private async Task HelloAsync(TerminalLink link, Step.Handle hello, CancellationToken closed)
    {
        await HandleAsync(link, hello, closed);
        // Answers nothing when the walk-up has answered.
        link.Fail(hello.Id, RpcError.Of(ErrorCodes.InternalError));
    }

    private async Task HandleAsync(TerminalLink link, Step.Handle handle, CancellationToken closed)
    {
        try
        {
            await requests.HandleAsync(link, handle.Id, handle.Request, closed);
        }
        catch (OperationCanceledException) when (closed.IsCancellationRequested)
        {
            link.Fail(handle.Id, RpcError.Of(ErrorCodes.InternalError));
        }
        catch (Exception ex)
        {
            // One request that fails must not take the connection with it; the terminal learns no more than that.
            logger.RequestFailed(link.TerminalId, ex);
            link.Fail(handle.Id, RpcError.Of(ErrorCodes.InternalError));
        }
    }

    private async Task NotifyAsync(TerminalLink link, TerminalNotification notification, CancellationToken closed)
    {
        try
        {
            await requests.NotifiedAsync(link, notification, closed);
        }
        catch (OperationCanceledException) when (closed.IsCancellationRequested)
        {
            // Nobody waits for it.
        }
        catch (Exception ex)
        {
            // As for a request.
            logger.RequestFailed(link.TerminalId, ex);
        }
    }

    private async Task TellGoneAsync(TerminalLink link)
    {
        try
        {
            await requests.DisconnectedAsync(link);
        }
        catch (Exception ex)
        {
            // The connection is over either way.
            logger.RequestFailed(link.TerminalId, ex);
        }
    }

    private async Task DiscardAsync(PipeReader input)
    {
        using var enough = new CancellationTokenSource(s_linger, time);
        try
        {
            ReadResult read;
            do
            {
                read = await input.ReadAsync(enough.Token);
                input.AdvanceTo(read.Buffer.End);
            }
            while (!read.IsCompleted);
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
    }
}
