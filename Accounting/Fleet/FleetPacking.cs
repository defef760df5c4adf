using System.IO.Compression;

namespace CopyTrack.Accounting.Fleet;

/// <summary>Packs messages with gzip, and unpacks gzip (RFC 1952) and zip archives of one entry, bounded by what comes out and not by what they say of themselves.</summary>
public static class FleetPacking
{
    /// <summary>Most bytes of an unpacked message.</summary>
    public const int MaxUnpacked = 4 * 1024 * 1024;

    /// <summary>The one name that an entry of a zip archive may have.</summary>
    public const string EntryName = "message.xml";

    /// <summary>The packed form.</summary>
    public static byte[] Pack(ReadOnlySpan<byte> message)
    {
        var whole = message.ToArray();
        return Pack(stream => stream.Write(whole));
    }

    /// <summary>The packed form of what <paramref name="write"/> writes, which is never held unpacked: a first look at a hundred devices is megabytes.</summary>
    public static byte[] Pack(Action<Stream> write)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            write(gzip);
        }

        return buffer.ToArray();
    }

    /// <summary>
    /// The packed form when a manager takes it: null when it is longer than <paramref name="most"/> bytes, or what <paramref name="write"/> writes longer than <see cref="MaxUnpacked"/>.
    /// </summary>
    public static byte[]? Pack(Action<Stream> write, int most)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.SmallestSize, leaveOpen: true))
        using (var counting = new CountingStream(gzip))
        {
            write(counting);
            if (counting.Count > MaxUnpacked)
            {
                return null;
            }
        }

        return buffer.Length <= most ? buffer.ToArray() : null;
    }

    /// <summary>The message; throws <see cref="FleetFormatException"/> for what is neither form, is broken, unpacks to more than <see cref="MaxUnpacked"/>, or is a zip with other entries than the one.</summary>
    public static ReadOnlyMemory<byte> Unpack(ReadOnlyMemory<byte> packed)
    {
        try
        {
            using var source = new MemoryStream(packed.ToArray(), writable: false);
            if (packed.Span.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
            {
                using var gzip = new GZipStream(source, CompressionMode.Decompress);
                return ReadBounded(gzip);
            }

            if (packed.Span.StartsWith("PK\u0003\u0004"u8))
            {
                using var archive = new ZipArchive(source, ZipArchiveMode.Read);
                if (archive.Entries is not [{ FullName: EntryName } entry])
                {
                    throw new FleetFormatException($"a zip archive must hold {EntryName} and nothing else");
                }

                using var content = entry.Open();
                return ReadBounded(content);
            }
        }
        catch (InvalidDataException e)
        {
            throw new FleetFormatException("the packed message is broken", e);
        }

        throw new FleetFormatException("the message is neither gzip nor zip");
    }

    private static ReadOnlyMemory<byte> ReadBounded(Stream stream)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        int read;
        while ((read = stream.Read(chunk)) > 0)
        {
            if (buffer.Length + read > MaxUnpacked)
            {
                throw new FleetFormatException("the message unpacks to more than is allowed");
            }

            buffer.Write(chunk, 0, read);
        }

        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    /// <summary>Counts what goes through.</summary>
    private sealed class CountingStream(Stream next) : Stream
    {
        public long Count { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush() => next.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Count += buffer.Length;
            next.Write(buffer);
        }
    }
}
