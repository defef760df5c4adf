using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace CopyTrack.Terminal.Protocol.Tests;

/// <summary>Text vectors of Tests/Vectors/terminal, and the ways in which a network may cut them.</summary>
internal static class Vectors
{
    public static IEnumerable<(byte[] Line, string Expected)> ServerDecodes()
    {
        byte[]? line = null;
        foreach (var text in File.ReadLines(Path.Combine(Folder(), "server-decodes.txt")))
        {
            if (text.StartsWith("decode ", StringComparison.Ordinal))
            {
                var value = text["decode ".Length..];
                line = value.StartsWith("hex:", StringComparison.Ordinal) ? Convert.FromHexString(value[4..]) : Encoding.UTF8.GetBytes(value);
            }
            else if (text.StartsWith("match ", StringComparison.Ordinal))
            {
                yield return (line!, text["match ".Length..]);
            }
        }
    }

    /// <summary>The bytes in segments cut before each of the given indexes.</summary>
    public static ReadOnlySequence<byte> Cut(byte[] bytes, params int[] cuts)
    {
        Segment? first = null, last = null;
        var start = 0;
        foreach (var end in cuts.Append(bytes.Length))
        {
            var memory = bytes.AsMemory(start, end - start);
            last = last is null ? first = new Segment(memory) : last.Append(memory);
            start = end;
        }
        return new ReadOnlySequence<byte>(first!, 0, last!, last!.Memory.Length);
    }

    public static ReadOnlySequence<byte> OneByteSegments(byte[] bytes) => Cut(bytes, [.. Enumerable.Range(1, Math.Max(0, bytes.Length - 1))]);

    private static string Folder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "Vectors", "terminal"));

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory) => Memory = memory;

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
