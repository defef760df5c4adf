using System.Buffers;

namespace CopyTrack.Terminal.Protocol.Framing;

/// <summary>What a look into the received bytes found.</summary>
public enum FrameStatus
{
    /// <summary>No whole line yet: more bytes are needed.</summary>
    NeedMore,

    /// <summary>One line was taken out of the buffer.</summary>
    Line,

    /// <summary>The line exceeds the limit, whether or not its end has arrived: the connection is to be closed.</summary>
    TooLong,
}

/// <summary>
/// Cuts received bytes into lines (docs/terminal-protocol.md §2): <c>*( *octet [CR] LF )</c>, each at most 65,536 bytes with its LF.
/// </summary>
public static class LineFraming
{
    /// <summary>Longest line in bytes, with its LF.</summary>
    public const int MaxLineBytes = 65_536;

    /// <summary>
    /// Takes the next line that is not empty from the start of <paramref name="buffer"/>; empty lines before it are dropped.
    /// </summary>
    /// <param name="buffer">Received bytes; moved past everything that was consumed. Nothing of an unfinished line is consumed.</param>
    /// <param name="limit">Longest line in bytes, LF included.</param>
    /// <param name="line">The line without LF and without one CR before it, a slice of <paramref name="buffer"/>; empty unless a line was found.</param>
    public static FrameStatus TryReadLine(ref ReadOnlySequence<byte> buffer, int limit, out ReadOnlySequence<byte> line)
    {
        while (true)
        {
            var reader = new SequenceReader<byte>(buffer);
            if (!reader.TryReadTo(out line, (byte)'\n'))
            {
                line = default;
                return buffer.Length >= limit ? FrameStatus.TooLong : FrameStatus.NeedMore;
            }
            if (reader.Consumed > limit)
            {
                line = default;
                return FrameStatus.TooLong;
            }
            buffer = buffer.Slice(reader.Position);
            line = WithoutCarriageReturn(line);
            if (!line.IsEmpty)
            {
                return FrameStatus.Line;
            }
        }
    }

    private static ReadOnlySequence<byte> WithoutCarriageReturn(ReadOnlySequence<byte> line)
    {
        if (line.IsEmpty)
        {
            return line;
        }
        var last = line.Slice(line.Length - 1);
        return last.FirstSpan[0] == (byte)'\r' ? line.Slice(0, line.Length - 1) : line;
    }
}
