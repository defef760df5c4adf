using System.Text;

namespace CopyTrack.MfpSimulator.Scripts;

/// <summary>Reads lines of bounded length from a stream.</summary>
public sealed class LineReader(Stream stream) : IDisposable
{
    private readonly StreamReader reader = new(stream, Encoding.UTF8, false, 1024, leaveOpen: true);
    private readonly char[] buffer = new char[1024];
    private int start;
    private int end;

    /// <summary>The next line without its end; null at the end of the stream. Throws <see cref="IOException"/> for a line of more than 4,096 characters.</summary>
    public async Task<string?> ReadAsync(CancellationToken cancellationToken = default)
    {
        var line = new StringBuilder();
        while (true)
        {
            var at = Array.IndexOf(buffer, '\n', start, end - start);
            line.Append(buffer, start, (at < 0 ? end : at) - start);
            start = at < 0 ? end : at + 1;
            if (at >= 0) return line.ToString().TrimEnd('\r');
            if (line.Length > ScriptCommand.MaxLength) throw new IOException("The line is too long.");
            (start, end) = (0, await reader.ReadAsync(buffer, cancellationToken));
            if (end == 0) return line.Length > 0 ? line.ToString() : null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => reader.Dispose();
}
