using System.IO.Pipelines;
using System.Text;

namespace CopyTrack.Accounting.Mail.Transport;

/// <summary>Commands out and whole replies in, each within a time. Failures are <see cref="SmtpFailure"/>.</summary>
internal sealed class SmtpStream(Stream stream, SmtpSettings settings) : IAsyncDisposable
{
    // A server that takes nothing of a part of this length within the time is gone; a long mail may take as many times as it has parts.
    private const int Part = 64 * 1024;

    private readonly PipeReader _reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 4096, leaveOpen: true));

    public Stream Inner => stream;

    /// <summary>True when octets have come that nobody has read.</summary>
    public bool HasUnread => _reader.TryRead(out var read) && Unread(read);

    /// <summary>Sends one command and waits for its reply.</summary>
    public async Task<SmtpReply> AskAsync(string command, CancellationToken cancellationToken)
    {
        await WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), cancellationToken);
        return await ReadAsync(settings.ReplyTimeout, cancellationToken);
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellationToken)
    {
        for (; !octets.IsEmpty; octets = octets[Math.Min(Part, octets.Length)..])
        {
            var part = octets[..Math.Min(Part, octets.Length)];
            await WithinAsync(settings.ReplyTimeout, async limit =>
            {
                await stream.WriteAsync(part, limit);
                await stream.FlushAsync(limit);
                return true;
            }, cancellationToken);
        }
    }

    public Task<SmtpReply> ReadAsync(TimeSpan time, CancellationToken cancellationToken) => WithinAsync(time, async limit =>
    {
        while (true)
        {
            var read = await _reader.ReadAsync(limit);
            var buffer = read.Buffer;
            if (SmtpReply.TryRead(ref buffer, out var reply))
            {
                _reader.AdvanceTo(buffer.Start);
                return reply!;
            }

            _reader.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
            {
                throw Lost(null);
            }
        }
    }, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _reader.CompleteAsync();
        await stream.DisposeAsync();
    }

    private async Task<T> WithinAsync<T>(TimeSpan time, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(time);
        try
        {
            return await work(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw SmtpFailure.Temporary(SmtpCause.TimedOut, $"{settings.Server}: the mail server did not answer within {time.TotalSeconds:0} s: it is tried again; look at the mail server if this stays");
        }
        catch (SmtpFormatException e)
        {
            throw SmtpFailure.Temporary(SmtpCause.Protocol, $"{settings.Server}: {e.Message}: check host and port, and that no proxy changes the traffic", e);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            throw Lost(e);
        }
    }

    private SmtpFailure Lost(Exception? inner) =>
        SmtpFailure.Temporary(SmtpCause.ConnectionLost, $"{settings.Server}: the connection ended in the middle: it is tried again; look at the mail server if this stays", inner);

    private bool Unread(ReadResult read)
    {
        var any = !read.Buffer.IsEmpty;
        _reader.AdvanceTo(read.Buffer.Start);
        return any;
    }
}
