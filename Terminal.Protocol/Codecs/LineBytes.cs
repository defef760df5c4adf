using System.Buffers;
using System.Security.Cryptography;

namespace CopyTrack.Terminal.Protocol.Codecs;

/// <summary>One line in one piece: the slice itself where it is, a rented and later cleared copy where segments cut it.</summary>
internal ref struct LineBytes
{
    private byte[]? rented;

    public LineBytes(in ReadOnlySequence<byte> line)
    {
        if (line.IsSingleSegment)
        {
            Span = line.FirstSpan;
            return;
        }
        var length = checked((int)line.Length);
        rented = ArrayPool<byte>.Shared.Rent(length);
        line.CopyTo(rented);
        Span = rented.AsSpan(0, length);
    }

    public ReadOnlySpan<byte> Span { get; private set; }

    /// <summary>Clears the copy, which may hold a secret, and gives it back.</summary>
    public void Dispose()
    {
        if (rented is { } copy)
        {
            CryptographicOperations.ZeroMemory(copy.AsSpan(0, Span.Length));
            Span = default;
            rented = null;
            ArrayPool<byte>.Shared.Return(copy);
        }
    }
}
