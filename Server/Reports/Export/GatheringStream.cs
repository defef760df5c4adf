using System.Buffers;

namespace CopyTrack.Server.Reports.Export;

/// <summary>
/// Writes to a stream that must not be written to in a blocking way, for a writer that now and then does (the archive's headers): what comes in a blocking way is
/// gathered and goes out with the next write that does not block, or with <see cref="FlushAsync"/>.
/// </summary>
internal sealed class GatheringStream(Stream output) : Stream
{
    private readonly ArrayBufferWriter<byte> gathered = new();

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (gathered.WrittenCount > 0)
        {
            await output.WriteAsync(gathered.WrittenMemory, cancellationToken);
            gathered.ResetWrittenCount();
        }

        await output.FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => gathered.Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer) => gathered.Write(buffer);

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (gathered.WrittenCount > 0)
        {
            await output.WriteAsync(gathered.WrittenMemory, cancellationToken);
            gathered.ResetWrittenCount();
        }

        await output.WriteAsync(buffer, cancellationToken);
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
