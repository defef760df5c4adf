using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CopyTrack.Agent;

/// <summary>A message that waits for the manager. <see cref="First"/> is the lowest number that is still held.</summary>
public sealed record WaitingMessage(long Sequence, long First, byte[] Packed);

/// <summary>
/// Messages that wait for the manager's word, on disk, in order. What <see cref="Append"/> took is there after any end of the process or the machine; what <see cref="Remove"/> took away never
/// comes back, and no number is ever given twice. Segments are only appended to:
/// <code>length (4) | first 8 bytes of the SHA-256 of the rest | kind (1) | number (8) | content</code>
/// Kind 1 is a message; 2 says that everything up to its number is done with; 3 begins a segment and repeats both positions, so that older segments can go. Safe for use by many threads.
/// </summary>
public sealed class MessageQueue : IDisposable
{
    private const int HeadBytes = 4 + 8, PrefixBytes = 1 + 8;
    private const byte Message = 1, DoneTo = 2, Begin = 3;
    private const string Pattern = "queue-*.log";

    private readonly Lock _gate = new();
    private readonly string _folder;
    private readonly long _maxBytes, _segmentBytes;
    private readonly Queue<Place> _waiting = new();
    private readonly SemaphoreSlim _signal = new(0, 1);
    private FileStream _segment;
    private int _number;
    private long _last, _done, _bytes;

    /// <summary>Opens the queue of a folder. <paramref name="maxBytes"/> bounds what waits. Throws <see cref="AgentException"/> when the folder can't be used or another agent uses it.</summary>
    public MessageQueue(string folder, long maxBytes, long segmentBytes = 4 * 1024 * 1024)
    {
        (_folder, _maxBytes, _segmentBytes) = (folder, maxBytes, segmentBytes);
        try
        {
            foreach (var path in Directory.GetFiles(folder, Pattern).Order(StringComparer.Ordinal))
            {
                _number = int.Parse(Path.GetFileNameWithoutExtension(path)["queue-".Length..], System.Globalization.CultureInfo.InvariantCulture);
                Replay(path, _number);
            }

            _segment = NewSegment();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new AgentException($"the queue in {folder} can't be used (is another agent running?): {e.Message}", e);
        }
    }

    /// <summary>How many messages wait.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>The lowest number that waits; null when none does.</summary>
    public long? First
    {
        get
        {
            lock (_gate)
            {
                return _waiting.TryPeek(out var place) ? place.Sequence : null;
            }
        }
    }

    /// <summary>The highest number that was ever given; 0 before the first.</summary>
    public long Last
    {
        get
        {
            lock (_gate)
            {
                return _last;
            }
        }
    }

    /// <summary>The numbers that wait, in order.</summary>
    public IReadOnlyList<long> Sequences
    {
        get
        {
            lock (_gate)
            {
                return [.. _waiting.Select(p => p.Sequence)];
            }
        }
    }

    /// <summary>Messages that were given up because the queue was full, since the start.</summary>
    public long Dropped { get; private set; }

    /// <summary>Keeps a message under the next number, which <paramref name="make"/> gets; on the disk when this returns. Throws <see cref="IOException"/> when the disk takes nothing.</summary>
    public long Append(Func<long, byte[]> make)
    {
        lock (_gate)
        {
            if (_segment.Length >= _segmentBytes)
            {
                _segment.Dispose();
                _segment = NewSegment();
            }

            var sequence = _last + 1;
            var content = make(sequence);
            var at = Write(Message, sequence, content);
            _last = sequence;
            _waiting.Enqueue(new Place(sequence, _number, at, content.Length));
            _bytes += content.Length;
            while (_bytes > _maxBytes && _waiting.Count > 1)
            {
                Dropped++;
                Done(_waiting.Peek().Sequence);
            }

            if (_signal.CurrentCount == 0)
            {
                _signal.Release();
            }

            return sequence;
        }
    }

    /// <summary>The oldest message that waits; comes back when there is one.</summary>
    public async Task<WaitingMessage> PeekAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_waiting.TryPeek(out var place))
                {
                    return new WaitingMessage(place.Sequence, place.Sequence, Read(place));
                }
            }

            await _signal.WaitAsync(cancellationToken);
        }
    }

    /// <summary>A message that waits; null when it does not (any more).</summary>
    public WaitingMessage? Get(long sequence)
    {
        lock (_gate)
        {
            foreach (var place in _waiting)
            {
                if (place.Sequence == sequence)
                {
                    return new WaitingMessage(sequence, _waiting.Peek().Sequence, Read(place));
                }
            }

            return null;
        }
    }

    /// <summary>Comes back when a message was appended, at the latest after the time.</summary>
    public async Task WaitAsync(TimeSpan longest, TimeProvider time, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await _signal.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time is over.
        }
    }

    /// <summary>Takes all messages up to a number away.</summary>
    public void RemoveThrough(long sequence)
    {
        lock (_gate)
        {
            if (_waiting.TryPeek(out var place) && place.Sequence <= sequence)
            {
                Done(Math.Min(sequence, _last));
            }
        }
    }

    /// <summary>Takes a message away that the manager has answered for; nothing happens when it is not the oldest (it was given up meanwhile).</summary>
    public void Remove(long sequence)
    {
        lock (_gate)
        {
            if (_waiting.TryPeek(out var place) && place.Sequence == sequence)
            {
                Done(sequence);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _segment.Dispose();
        }

        _signal.Dispose();
    }

    private string PathOf(int number) => Path.Combine(_folder, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"queue-{number:D9}.log"));

    private void Done(long sequence)
    {
        Write(DoneTo, sequence, []);
        _done = sequence;
        while (_waiting.TryPeek(out var place) && place.Sequence <= sequence)
        {
            _waiting.Dequeue();
            _bytes -= place.Length;
        }

        // A segment without a message that waits is only history; the one that is written to begins with both positions.
        var needed = _waiting.TryPeek(out var oldest) ? oldest.Segment : _number;
        foreach (var path in Directory.GetFiles(_folder, Pattern).Where(p => string.CompareOrdinal(p, PathOf(needed)) < 0))
        {
            File.Delete(path);
        }
    }

    private FileStream NewSegment()
    {
        _number++;
        var file = StateFolder.Create(PathOf(_number), FileMode.CreateNew);
        _segment = file;
        Span<byte> last = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(last, _last);
        Write(Begin, _done, last);
        return file;
    }

    private long Write(byte kind, long sequence, ReadOnlySpan<byte> content)
    {
        var record = new byte[HeadBytes + PrefixBytes + content.Length];
        BinaryPrimitives.WriteInt32LittleEndian(record, PrefixBytes + content.Length);
        record[HeadBytes] = kind;
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(HeadBytes + 1), sequence);
        content.CopyTo(record.AsSpan(HeadBytes + PrefixBytes));
        Check(record.AsSpan(HeadBytes)).CopyTo(record.AsSpan(4));
        var at = _segment.Length;
        try
        {
            _segment.Position = at;
            _segment.Write(record);
            _segment.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            // A full disk: what was written in part must not stand before the next record.
            _segment.SetLength(at);
            throw;
        }

        return at + HeadBytes + PrefixBytes;
    }

    private byte[] Read(Place place)
    {
        var content = new byte[place.Length];
        if (place.Segment == _number)
        {
            _segment.Position = place.At;
            _segment.ReadExactly(content);
        }
        else
        {
            using var file = File.OpenRead(PathOf(place.Segment));
            file.Position = place.At;
            file.ReadExactly(content);
        }

        return content;
    }

    private void Replay(string path, int number)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None);
        var head = new byte[HeadBytes];
        while (file.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false) == HeadBytes)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(head);
            if (length < PrefixBytes || length > file.Length - file.Position)
            {
                return;
            }

            var rest = new byte[length];
            file.ReadExactly(rest);
            if (!Check(rest).AsSpan().SequenceEqual(head.AsSpan(4)))
            {
                // Written in part when the power went; nothing after it was ever told to be kept.
                return;
            }

            Replay(rest, number, file.Position - length + PrefixBytes);
        }
    }

    private void Replay(ReadOnlySpan<byte> record, int segment, long at)
    {
        var sequence = BinaryPrimitives.ReadInt64LittleEndian(record[1..]);
        switch (record[0])
        {
            case Message when sequence > _done:
                _waiting.Enqueue(new Place(sequence, segment, at, record.Length - PrefixBytes));
                _bytes += record.Length - PrefixBytes;
                _last = Math.Max(_last, sequence);
                break;
            case Begin:
                _last = Math.Max(_last, BinaryPrimitives.ReadInt64LittleEndian(record[PrefixBytes..]));
                goto case DoneTo;
            case DoneTo:
                _done = Math.Max(_done, sequence);
                _last = Math.Max(_last, sequence);
                while (_waiting.TryPeek(out var place) && place.Sequence <= _done)
                {
                    _bytes -= _waiting.Dequeue().Length;
                }

                break;
        }
    }

    private static byte[] Check(ReadOnlySpan<byte> rest) => SHA256.HashData(rest)[..8];

    private readonly record struct Place(long Sequence, int Segment, long At, int Length);
}
