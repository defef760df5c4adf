using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Npgsql;

namespace CopyTrack.Server.Data.Directories;

/// <summary>
/// Rows in the binary form of COPY (PostgreSQL documentation, COPY, "Binary Format"): a signature, for each row the number of its fields and for each field its length (-1 for
/// null) and octets, numbers in network order, and -1 for the end. They leave in pieces, so that many rows take no more memory than few. One statement at a time.
/// </summary>
internal sealed class CopyRows : IDisposable
{
    private const int Piece = 64 * 1024, Spare = 16 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Piece + Spare);
    private int _used;

    /// <summary>Signature (<c>PGCOPY\n\377\r\n\0</c>), flags, length of what follows the header.</summary>
    private static ReadOnlySpan<byte> Head => [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Runs <paramref name="statement"/> (<c>copy ... from stdin (format binary)</c>) with these rows. Throws what the database says, such as a unique violation.</summary>
    public async Task WriteAsync<TRow>(NpgsqlConnection connection, string statement, IReadOnlyCollection<TRow> rows, BulkColumn<TRow>[] columns, CancellationToken cancellationToken)
    {
        var stream = await connection.BeginRawBinaryCopyAsync(statement, cancellationToken);
        try
        {
            _used = 0;
            Begin();
            foreach (var row in rows)
            {
                Count(columns.Length);
                foreach (var column in columns)
                {
                    column.Copy(this, row);
                }

                if (_used >= Piece)
                {
                    await stream.WriteAsync(_buffer.AsMemory(0, _used), cancellationToken);
                    _used = 0;
                }
            }

            Count(-1);
            await stream.WriteAsync(_buffer.AsMemory(0, _used), cancellationToken);
        }
        catch
        {
            // Its end would be taken for the end of the rows.
            await stream.CancelAsync();
            throw;
        }

        // Here the database says whether it took them.
        await stream.DisposeAsync();
    }

    /// <summary>Adds a <c>bigint</c>.</summary>
    public void Add(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(Field(sizeof(long)), value);
    }

    /// <summary>Adds a <c>smallint</c>.</summary>
    public void Add(short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(Field(sizeof(short)), value);
    }

    /// <summary>Adds a <c>bytea</c>.</summary>
    public void Add(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Field(value.Length));
    }

    /// <summary>Adds a <c>text</c>.</summary>
    public void Add(string value)
    {
        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        Reserve(sizeof(int) + most);
        var length = Encoding.UTF8.GetBytes(value, _buffer.AsSpan(_used + sizeof(int)));
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(_used), length);
        _used += sizeof(int) + length;
    }

    /// <summary>Adds a null of whatever type.</summary>
    public void AddNull()
    {
        Reserve(sizeof(int));
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(_used), -1);
        _used += sizeof(int);
    }

    public void Dispose()
    {
        // Names of people were in it.
        ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
        _buffer = [];
    }

    private void Begin()
    {
        Reserve(Head.Length);
        Head.CopyTo(_buffer.AsSpan(_used));
        _used += Head.Length;
    }

    private void Count(int fields)
    {
        Reserve(sizeof(short));
        BinaryPrimitives.WriteInt16BigEndian(_buffer.AsSpan(_used), (short)fields);
        _used += sizeof(short);
    }

    private Span<byte> Field(int length)
    {
        Reserve(sizeof(int) + length);
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(_used), length);
        var field = _buffer.AsSpan(_used + sizeof(int), length);
        _used += sizeof(int) + length;
        return field;
    }

    private void Reserve(int more)
    {
        if (_buffer.Length - _used >= more)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _used + more));
        _buffer.AsSpan(0, _used).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
        _buffer = larger;
    }
}
