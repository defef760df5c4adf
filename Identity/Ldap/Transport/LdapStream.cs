using System.IO.Pipelines;

namespace CopyTrack.Identity.Ldap.Transport;

/// <summary>Whole messages over a stream, each within a time.</summary>
internal sealed class LdapStream(Stream stream, LdapServer server, LdapSettings settings) : IAsyncDisposable
{
    private readonly PipeReader _reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024, minimumReadSize: 16 * 1024, leaveOpen: true));

    public Stream Inner => stream;

    /// <summary>True when octets have come that nobody has read.</summary>
    public bool HasUnread => _reader.TryRead(out var read) && Unread(read);

    public async Task WriteAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(settings.ReplyTimeout);
            await stream.WriteAsync(message, limit.Token);
            await stream.FlushAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Slow();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            throw Lost(e);
        }
    }

    /// <summary>The next message. Throws <see cref="LdapException"/> when the connection ends, is too slow, or says what is no LDAP.</summary>
    public async ValueTask<LdapMessage> ReadAsync(CancellationToken cancellationToken)
    {
        CancellationTokenSource? limit = null;
        try
        {
            while (true)
            {
                if (!_reader.TryRead(out var read))
                {
                    // One timer for one message: a peer that sends an octet now and then gets no more time.
                    if (limit is null)
                    {
                        limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                        limit.CancelAfter(settings.ReplyTimeout);
                    }

                    read = await _reader.ReadAsync(limit.Token);
                }

                if (TryTake(read, out var message))
                {
                    return message;
                }

                if (read.IsCompleted)
                {
                    throw Lost(null);
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Slow();
        }
        catch (LdapFormatException e)
        {
            throw new LdapException(LdapCause.Protocol, $"{server}: what answers breaks the LDAP protocol ({e.Message}): check host and port, and that no proxy changes the traffic", e);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            throw Lost(e);
        }
        finally
        {
            limit?.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _reader.CompleteAsync();
        await stream.DisposeAsync();
    }

    private bool TryTake(ReadResult read, out LdapMessage message)
    {
        var buffer = read.Buffer;
        var (consumed, examined) = (buffer.Start, buffer.End);
        try
        {
            Span<byte> header = stackalloc byte[6];
            var have = (int)Math.Min(6, buffer.Length);
            System.Buffers.BuffersExtensions.CopyTo(buffer.Slice(0, have), header);
            if (LdapDecoder.LengthOf(header[..have], settings.MaxMessage) is { } length && buffer.Length >= length)
            {
                // A copy of its own: entries keep slices of it.
                var bytes = new byte[length];
                System.Buffers.BuffersExtensions.CopyTo(buffer.Slice(0, length), bytes);
                consumed = examined = buffer.GetPosition(length);
                message = LdapDecoder.Decode(bytes);
                return true;
            }

            message = null!;
            return false;
        }
        finally
        {
            _reader.AdvanceTo(consumed, examined);
        }
    }

    private bool Unread(ReadResult read)
    {
        var some = !read.Buffer.IsEmpty;
        _reader.AdvanceTo(read.Buffer.Start, read.Buffer.Start);
        return some;
    }

    private LdapException Slow() => new(LdapCause.Timeout,
        $"{server}: the directory did not answer within {settings.ReplyTimeout.TotalSeconds:0.#} s: look at its load and the network, or raise ReplySeconds");

    private LdapException Lost(Exception? e) => new(LdapCause.ConnectionLost, $"{server}: the connection to the directory broke: look at the directory server and the network; the next run tries again", e);
}
