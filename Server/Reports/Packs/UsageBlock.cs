using System.Buffers;
using System.Buffers.Binary;
using System.Data.Common;
using System.Runtime.InteropServices;

namespace CopyTrack.Server.Reports.Packs;

/// <summary>
/// Some rows of one day of the roll-up by day, column by column: person, project, device, function, cause, jobs and the counts in the order of the table. As a pack each column is its
/// least value and what each row has above it, in as few octets as the largest needs (0, 1, 2, 4 or 8, little-endian); a column is unpacked when somebody looks at it.
/// Not safe for use by two threads.
/// </summary>
internal sealed class UsageBlock : IDisposable
{
    /// <summary>Most rows: their pack stays below what the runtime takes for a large object.</summary>
    public const int Most = 1024;

    /// <summary>Columns that tell whose, where and what, before those that are added up.</summary>
    public const int Keys = 5;

    /// <summary>Columns that are added up.</summary>
    public const int Sums = 14;

    public const int Person = 0, Project = 1, Device = 2, Function = 3, Cause = 4;

    private const int Columns = Keys + Sums, Head = 3, Least = 1 + sizeof(long);
    private const byte Form = 1;

    private readonly long[]?[] values = new long[Columns][];
    private readonly bool[] isRead = new bool[Columns];
    private readonly (long Base, int Width, int At)[] packed = new (long, int, int)[Columns];
    private ReadOnlyMemory<byte> content;

    /// <summary>Rows in it.</summary>
    public int Count { get; private set; }

    /// <summary>True when there is room for another row.</summary>
    public bool HasRoom => Count < Most;

    /// <summary>Takes all rows out.</summary>
    public void Clear()
    {
        Count = 0;
        content = default;
    }

    /// <summary>Adds the row at which a reader stands; its day comes first. Only into a block that was cleared or to which rows were added.</summary>
    public void Add(DbDataReader row)
    {
        for (int c = 0; c < Columns; c++)
        {
            Room(c)[Count] = row.GetInt64(c + 1);
        }

        Count++;
    }

    /// <summary>Adds a row of these values, one for each column.</summary>
    public void Add(ReadOnlySpan<long> row)
    {
        for (int c = 0; c < Columns; c++)
        {
            Room(c)[Count] = row[c];
        }

        Count++;
    }

    /// <summary>Takes the rows of a pack in place of its own. Throws <see cref="InvalidDataException"/> for what is none.</summary>
    public void Read(ReadOnlyMemory<byte> pack)
    {
        ReadOnlySpan<byte> octets = pack.Span;
        if (octets.Length < Head || octets[0] != Form)
        {
            throw new InvalidDataException("This is not a pack of usage in a form that this version reads.");
        }

        (content, Count) = (pack, BinaryPrimitives.ReadUInt16LittleEndian(octets[1..]));
        isRead.AsSpan().Clear();
        int at = Head;
        for (int c = 0; c < Columns && Count > 0; c++)
        {
            if (Count > Most || at + Least > octets.Length || octets[at] is not (0 or 1 or 2 or 4 or 8) || at + Least + (Count * octets[at]) > octets.Length)
            {
                throw new InvalidDataException("A pack of usage is cut short or damaged.");
            }

            packed[c] = (BinaryPrimitives.ReadInt64LittleEndian(octets[(at + 1)..]), octets[at], at + Least);
            at += Least + (Count * octets[at]);
        }
    }

    /// <summary>The rows as a pack.</summary>
    public byte[] ToPack()
    {
        Span<int> widths = stackalloc int[Columns];
        Span<long> least = stackalloc long[Columns];
        int length = Head;
        for (int c = 0; c < Columns && Count > 0; c++)
        {
            ReadOnlySpan<long> column = Column(c);
            long min = column[0], max = column[0];
            foreach (long value in column)
            {
                (min, max) = (Math.Min(min, value), Math.Max(max, value));
            }

            least[c] = min;
            widths[c] = unchecked((ulong)(max - min)) switch { 0 => 0, <= byte.MaxValue => 1, <= ushort.MaxValue => 2, <= uint.MaxValue => 4, _ => 8 };
            length += Least + (Count * widths[c]);
        }

        byte[] pack = new byte[length];
        pack[0] = Form;
        BinaryPrimitives.WriteUInt16LittleEndian(pack.AsSpan(1), (ushort)Count);
        int at = Head;
        for (int c = 0; c < Columns && Count > 0; c++)
        {
            pack[at] = (byte)widths[c];
            BinaryPrimitives.WriteInt64LittleEndian(pack.AsSpan(at + 1), least[c]);
            at += Least;
            foreach (long value in Column(c))
            {
                Write(pack.AsSpan(at), unchecked((ulong)(value - least[c])), widths[c]);
                at += widths[c];
            }
        }

        return pack;
    }

    /// <summary>The values of a column, a value for each row; valid until the block changes.</summary>
    public ReadOnlySpan<long> Column(int column)
    {
        if (Count == 0)
        {
            return [];
        }

        long[] room = Room(column);
        if (!content.IsEmpty && !isRead[column])
        {
            Unpack(packed[column], room.AsSpan(0, Count));
            isRead[column] = true;
        }

        return room.AsSpan(0, Count);
    }

    /// <summary>True when a column is known to hold nothing but zeros, without unpacking it.</summary>
    public bool IsZero(int column) => !content.IsEmpty && packed[column] is (0, 0, _);

    /// <inheritdoc/>
    public void Dispose()
    {
        for (int c = 0; c < Columns; c++)
        {
            if (values[c] is { } room)
            {
                ArrayPool<long>.Shared.Return(room);
                values[c] = null;
            }
        }
    }

    private long[] Room(int column) => values[column] ??= ArrayPool<long>.Shared.Rent(Most);

    private void Unpack((long Base, int Width, int At) about, Span<long> into)
    {
        ReadOnlySpan<byte> octets = content.Span.Slice(about.At, Count * about.Width);
        switch (about.Width)
        {
            case 0:
                into.Fill(about.Base);
                break;
            case 1:
                for (int i = 0; i < into.Length; i++)
                {
                    into[i] = about.Base + octets[i];
                }

                break;
            case 2 when BitConverter.IsLittleEndian:
                ReadOnlySpan<ushort> twos = MemoryMarshal.Cast<byte, ushort>(octets);
                for (int i = 0; i < into.Length; i++)
                {
                    into[i] = about.Base + twos[i];
                }

                break;
            case 4 when BitConverter.IsLittleEndian:
                ReadOnlySpan<uint> fours = MemoryMarshal.Cast<byte, uint>(octets);
                for (int i = 0; i < into.Length; i++)
                {
                    into[i] = about.Base + fours[i];
                }

                break;
            default:
                for (int i = 0; i < into.Length; i++)
                {
                    into[i] = unchecked(about.Base + (long)Read(octets[(i * about.Width)..], about.Width));
                }

                break;
        }
    }

    private static ulong Read(ReadOnlySpan<byte> octets, int width) => width switch
    {
        2 => BinaryPrimitives.ReadUInt16LittleEndian(octets),
        4 => BinaryPrimitives.ReadUInt32LittleEndian(octets),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(octets),
    };

    private static void Write(Span<byte> octets, ulong value, int width)
    {
        switch (width)
        {
            case 0:
                break;
            case 1:
                octets[0] = (byte)value;
                break;
            case 2:
                BinaryPrimitives.WriteUInt16LittleEndian(octets, (ushort)value);
                break;
            case 4:
                BinaryPrimitives.WriteUInt32LittleEndian(octets, (uint)value);
                break;
            default:
                BinaryPrimitives.WriteUInt64LittleEndian(octets, value);
                break;
        }
    }
}
