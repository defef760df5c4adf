using CopyTrack.Accounting.Fleet;

namespace CopyTrack.Agent.Local;

/// <summary>Short lines from a stream that goes on with something else.</summary>
internal static class LocalLine
{
    /// <summary>The octets up to the next LF, without it; null when the stream ends or the line is too long first.</summary>
    public static async Task<byte[]?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var line = new byte[LocalExchange.MostHead];
        for (var i = 0; i < line.Length; i++)
        {
            if (await stream.ReadAsync(line.AsMemory(i, 1), cancellationToken) == 0)
            {
                return null;
            }

            if (line[i] == (byte)'\n')
            {
                return line[..i];
            }
        }

        return null;
    }
}
