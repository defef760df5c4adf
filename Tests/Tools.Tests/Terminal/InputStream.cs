using System.Buffers.Binary;
using System.Globalization;

namespace CopyTrack.Tools.Tests.Terminal;

/// <summary>Builds records of a Linux input device (struct input_event) from text lines: <c>MICROSECONDS TYPE CODE VALUE</c>.</summary>
internal static class InputStream
{
    private const string UsKeys = "\0\u001b1234567890-=\b\tqwertyuiop[]\n\0asdfghjkl;'`\0\\zxcvbnm,./";

    /// <summary>The records of a vector's lines; comments and blank lines carry none.</summary>
    internal static byte[] Records(IEnumerable<string> lines)
    {
        using var stream = new MemoryStream();
        foreach (var line in lines.Select(l => l.Trim()).Where(l => l.Length > 0 && !l.StartsWith('#')))
        {
            var numbers = line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(n => long.Parse(n, CultureInfo.InvariantCulture)).ToArray();
            stream.Write(Record(numbers[0], (ushort)numbers[1], (ushort)numbers[2], (int)numbers[3]));
        }
        return stream.ToArray();
    }

    /// <summary>What typing this text on a US keyboard gives, with so many microseconds between keys; LF is Enter.</summary>
    internal static byte[] Typing(string text, long start = 1_000_000, long gap = 4_000)
    {
        using var stream = new MemoryStream();
        foreach (var character in text)
        {
            var code = (ushort)UsKeys.IndexOf(char.ToLowerInvariant(character), StringComparison.Ordinal);
            var shifted = char.IsAsciiLetterUpper(character);
            if (shifted)
            {
                stream.Write(Record(start, 1, 42, 1));
            }
            stream.Write(Record(start, 1, code, 1));
            stream.Write(Record(start, 0, 0, 0));
            stream.Write(Record(start + 1000, 1, code, 0));
            if (shifted)
            {
                stream.Write(Record(start + 1000, 1, 42, 0));
            }
            stream.Write(Record(start + 1000, 0, 0, 0));
            start += gap;
        }
        return stream.ToArray();
    }

    private static byte[] Record(long micros, ushort type, ushort code, int value)
    {
        var record = new byte[(2 * IntPtr.Size) + 8];
        if (IntPtr.Size == 8)
        {
            BinaryPrimitives.WriteInt64LittleEndian(record, micros / 1_000_000);
            BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(8), micros % 1_000_000);
        }
        else
        {
            BinaryPrimitives.WriteInt32LittleEndian(record, (int)(micros / 1_000_000));
            BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(4), (int)(micros % 1_000_000));
        }
        var rest = record.AsSpan(2 * IntPtr.Size);
        BinaryPrimitives.WriteUInt16LittleEndian(rest, type);
        BinaryPrimitives.WriteUInt16LittleEndian(rest[2..], code);
        BinaryPrimitives.WriteInt32LittleEndian(rest[4..], value);
        return record;
    }
}
