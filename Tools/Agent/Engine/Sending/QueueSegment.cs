using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CopyTrack.Agent.Sending;

/// <summary>A record of a segment: its kind, the number that it is about, and its content.</summary>
internal readonly record struct QueueRecord(byte Kind, long Sequence, byte[] Content);

/// <summary>
/// One file of the queue, which is only appended to:
/// <code>length (4) | first 8 bytes of the SHA-256 of the rest | kind (1) | number (8) | content</code>
/// What a disk took in part is overwritten by the next record; what stands behind the last whole one is nothing.
/// </summary>
internal sealed class QueueSegment : IDisposable
{
    private const int HeadBytes = 4 + 8, PrefixBytes = 1 + 8;

    private readonly FileStream _file;
    private readonly Action? _beforeWrite;

    private QueueSegment(FileStream file, Action? beforeWrite) => (_file, _beforeWrite) = (file, beforeWrite);

    /// <summary>Bytes of whole records.</summary>
    public long Length { get; private set; }

    /// <summary>Begins a file with its first record; nothing is left behind when the disk does not take it. Throws <see cref="IOException"/>.</summary>
    public static QueueSegment Begin(string path, QueueRecord first, Action? beforeWrite)
    {
        QueueSegment? segment = null;
        try
        {
            segment = new QueueSegment(StateFolder.Create(path), beforeWrite);
            segment.Append(first);
            return segment;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            segment?.Dispose();
            Delete(path);
            throw e as IOException ?? new IOException(e.Message, e);
        }
    }

    /// <summary>Writes records together; they are on the disk when this returns. Gives where the content of the last one begins. Throws <see cref="IOException"/>, and nothing of them counts then.</summary>
    public long Append(params ReadOnlySpan<QueueRecord> records)
    {
        var bytes = 0;
        foreach (var record in records)
        {
            bytes += HeadBytes + PrefixBytes + record.Content.Length;
        }

        var all = new byte[bytes];
        var (at, content) = (0, 0L);
        foreach (var (kind, sequence, body) in records)
        {
            var one = all.AsSpan(at, HeadBytes + PrefixBytes + body.Length);
            BinaryPrimitives.WriteInt32LittleEndian(one, PrefixBytes + body.Length);
            one[HeadBytes] = kind;
            BinaryPrimitives.WriteInt64LittleEndian(one[(HeadBytes + 1)..], sequence);
            body.CopyTo(one[(HeadBytes + PrefixBytes)..]);
            Check(one[HeadBytes..]).CopyTo(one[4..]);
            content = Length + at + HeadBytes + PrefixBytes;
            at += one.Length;
        }

        _beforeWrite?.Invoke();
        // Past the stream, which would keep in memory what a full disk did not take and write it later.
        RandomAccess.Write(_file.SafeFileHandle, all, Length);
        RandomAccess.FlushToDisk(_file.SafeFileHandle);
        Length += bytes;
        return content;
    }

    /// <summary>Content of a record. Throws <see cref="IOException"/>.</summary>
    public void Read(long at, Span<byte> content) => Read(_file, at, content);

    /// <summary>The same of a file that is not written to any more.</summary>
    public static void Read(string path, long at, Span<byte> content)
    {
        using var file = File.OpenRead(path);
        Read(file, at, content);
    }

    /// <summary>All whole records of a file in order, each with where its content begins. Throws <see cref="IOException"/> when somebody has it open.</summary>
    public static IEnumerable<(QueueRecord Record, long At)> Replay(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None);
        var head = new byte[HeadBytes];
        while (file.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false) == HeadBytes)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(head);
            if (length < PrefixBytes || length > file.Length - file.Position)
            {
                yield break;
            }

            var rest = new byte[length];
            file.ReadExactly(rest);
            if (!Check(rest).AsSpan().SequenceEqual(head.AsSpan(4)))
            {
                // Written in part when the power went; nothing after it was ever told to be kept.
                yield break;
            }

            yield return (new QueueRecord(rest[0], BinaryPrimitives.ReadInt64LittleEndian(rest.AsSpan(1)), rest[PrefixBytes..]), file.Position - length + PrefixBytes);
        }
    }

    /// <summary>Removes a file; one that can't be removed now goes the next time.</summary>
    public static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It holds nothing that is needed; it only takes room.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static void Read(FileStream file, long at, Span<byte> content)
    {
        while (!content.IsEmpty)
        {
            var read = RandomAccess.Read(file.SafeFileHandle, content, at);
            if (read == 0)
            {
                throw new EndOfStreamException("the message is not whole on the disk any more");
            }

            at += read;
            content = content[read..];
        }
    }

    private static byte[] Check(ReadOnlySpan<byte> rest) => SHA256.HashData(rest)[..8];
}
