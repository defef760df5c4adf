using System.Buffers;
using CopyTrack.Server.Receipts.Wire;

namespace CopyTrack.Server.Receipts;

/// <summary>A body that is larger than allowed or packed.</summary>
internal sealed class BodyFault(int status, string message) : Exception(message)
{
    /// <summary>413 or 415.</summary>
    public int Status => status;
}

/// <summary>Bodies of devices' messages: bounded, and never unpacked, so that nothing grows on the way in.</summary>
internal static class BodyReader
{
    /// <summary>Runs <paramref name="use"/> over the body, which is valid until its task ends. Throws <see cref="BodyFault"/>.</summary>
    public static async Task<T> ReadAsync<T>(HttpRequest request, Func<ReadOnlyMemory<byte>, Task<T>> use, CancellationToken cancellationToken)
    {
        if (request.Headers.ContentEncoding.Count > 0)
        {
            throw new BodyFault(415, "packed bodies are not taken; send it without Content-Encoding");
        }

        if (request.ContentLength > SafeXml.MostBytes)
        {
            throw TooLarge();
        }

        var buffer = ArrayPool<byte>.Shared.Rent((int)(request.ContentLength ?? 16_384) + 1);
        var length = 0;
        try
        {
            while (await request.Body.ReadAsync(buffer.AsMemory(length), cancellationToken) is var read && read > 0)
            {
                length += read;
                if (length > SafeXml.MostBytes)
                {
                    throw TooLarge();
                }

                if (length == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                    buffer.CopyTo(larger, 0);
                    // It may have held a password.
                    ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
                    buffer = larger;
                }
            }

            return await use(buffer.AsMemory(0, length));
        }
        catch (BadHttpRequestException e)
        {
            throw new BodyFault(e.StatusCode, "the body ended early or was larger than allowed");
        }
        finally
        {
            Array.Clear(buffer, 0, length);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static BodyFault TooLarge() => new(413, $"the body has more than {SafeXml.MostBytes} bytes; send fewer receipts at once");
}
