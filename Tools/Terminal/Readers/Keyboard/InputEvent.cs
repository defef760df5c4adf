using System.Buffers.Binary;

namespace CopyTrack.Terminal.Readers.Keyboard;

/// <summary>One record of a Linux input device (linux/input.h, struct input_event). <see cref="At"/> is the kernel's time of it.</summary>
internal readonly record struct InputEvent(TimeSpan At, ushort Type, ushort Code, int Value)
{
    internal const ushort Synchronise = 0, Key = 1, Dropped = 3;

    /// <summary>Length of a record: two native words of time, then type, code and value. 24 bytes on 64-bit machines.</summary>
    internal static int SizeFor(int wordBytes) => (2 * wordBytes) + 8;

    /// <summary>Reads a record in the machine's own byte order (little-endian everywhere .NET runs on Linux input).</summary>
    internal static InputEvent Read(ReadOnlySpan<byte> record, int wordBytes)
    {
        var seconds = wordBytes == 8 ? BinaryPrimitives.ReadInt64LittleEndian(record) : BinaryPrimitives.ReadUInt32LittleEndian(record);
        var micros = wordBytes == 8 ? BinaryPrimitives.ReadInt64LittleEndian(record[8..]) : BinaryPrimitives.ReadInt32LittleEndian(record[4..]);
        var rest = record[(2 * wordBytes)..];
        var at = TimeSpan.FromMicroseconds((Math.Clamp(seconds, 0, 253_402_300_799) * 1_000_000) + Math.Clamp(micros, 0, 999_999));
        return new InputEvent(at, BinaryPrimitives.ReadUInt16LittleEndian(rest), BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]), BinaryPrimitives.ReadInt32LittleEndian(rest[4..]));
    }
}
