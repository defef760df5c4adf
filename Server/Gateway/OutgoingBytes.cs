using System.Buffers;

namespace CopyTrack.Server.Gateway;

/// <summary>Lines that wait to be written, in rented memory that goes back, cleared, once they are: an idle connection holds none. Not thread-safe.</summary>
internal sealed class OutgoingBytes : IBufferWriter<byte>
{
    private const int FirstSize = 1_024;

    private byte[] buffer = [];

    /// <summary>Bytes that wait.</summary>
    public int Count { get; private set; }

    /// <summary>What waits.</summary>
    public ReadOnlyMemory<byte> Written => buffer.AsMemory(0, Count);

    public void Advance(int count) => Count += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Ensure(Math.Max(sizeHint, 256));
        return buffer.AsMemory(Count);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Drops what was written after <paramref name="count"/> bytes.</summary>
    public void Rewind(int count) => Count = count;

    /// <summary>Gives the memory back.</summary>
    public void Release()
    {
        if (buffer.Length > 0)
        {
            buffer.AsSpan(0, Count).Clear();
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = [];
        }
        Count = 0;
    }

    private void Ensure(int more)
    {
        if (buffer.Length - Count >= more)
        {
            return;
        }
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstSize, Math.Max(buffer.Length * 2, Count + more)));
        Written.Span.CopyTo(larger);
        var count = Count;
        Release();
        buffer = larger;
        Count = count;
    }
}
