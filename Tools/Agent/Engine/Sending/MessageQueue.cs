using System.Buffers.Binary;
using System.Globalization;
using CopyTrack.Agent.Clocks;

namespace CopyTrack.Agent.Sending;

/// <summary>A message that waits for the manager. <see cref="First"/> is the lowest number that is still held; <see cref="Origin"/> is not known of messages of older versions.</summary>
internal sealed record WaitingMessage(long Sequence, long First, byte[] Packed, Origin? Origin);

/// <summary>
/// Messages that wait for the manager's word, on disk, in order. What <see cref="Append"/> took is there after any end of the process or the machine; what <see cref="Remove"/> took away does not
/// come back as long as the disk takes a note of it, and no number is ever given twice. On a disk that takes nothing, what waits can still be read and taken away; what was taken away then may come back
/// after a restart, which the manager knows already. Records of its segments (<see cref="QueueSegment"/>): 1 is a message; 2 says that everything up to its number is done with; 3 begins a segment and
/// repeats both positions, so that older segments can go; 4 tells of the next message when it was made. Safe for use by many threads.
/// </summary>
internal sealed class MessageQueue : IDisposable
{
    private const byte Message = 1, DoneTo = 2, BeginKind = 3, OriginKind = 4;
    private const int OriginBytes = 16 + 8 + 8;
    private const string Pattern = "queue-*.log";

    private readonly Lock _gate = new();
    private readonly string _folder;
    private readonly long _maxBytes, _segmentBytes;
    private readonly Action? _beforeWrite;
    private readonly Queue<Place> _waiting = new();
    private readonly SemaphoreSlim _signal = new(0, 1);
    private QueueSegment? _segment;
    // Where no segment can be begun, the last one is held, so that no second agent takes the folder.
    private FileStream? _held;
    private int _number;
    private long _last, _done, _bytes;

    /// <summary>
    /// Opens the queue of a folder. <paramref name="maxBytes"/> bounds what waits; <paramref name="beforeWrite"/> is called before each write. Throws <see cref="AgentException"/> when the folder can't be read
    /// or another agent uses it. A disk that is full is no reason: <see cref="Fault"/> tells of it.
    /// </summary>
    public MessageQueue(string folder, long maxBytes, long segmentBytes = 4 * 1024 * 1024, Action? beforeWrite = null)
    {
        (_folder, _maxBytes, _segmentBytes, _beforeWrite) = (folder, maxBytes, segmentBytes, beforeWrite);
        try
        {
            foreach (var path in Directory.GetFiles(folder, Pattern).Order(StringComparer.Ordinal))
            {
                var number = int.Parse(Path.GetFileNameWithoutExtension(path)["queue-".Length..], CultureInfo.InvariantCulture);
                Replay(path, number);
                _number = number;
            }

            try
            {
                _segment = Begin();
            }
            catch (IOException e)
            {
                Fault = e.Message;
                _held = _number > 0 ? new FileStream(PathOf(_number), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete) : null;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new AgentException($"the queue in {folder} can't be used (is another agent running?): {e.Message}", e);
        }
    }

    /// <summary>Why the disk took nothing the last time; null when it did.</summary>
    public string? Fault { get; private set; }

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

    /// <summary>The numbers that wait, in order, each with the bytes of its message.</summary>
    public IReadOnlyList<(long Sequence, int Bytes)> Waiting
    {
        get
        {
            lock (_gate)
            {
                return [.. _waiting.Select(p => (p.Sequence, p.Length))];
            }
        }
    }

    /// <summary>
    /// Keeps a message under the next number, which <paramref name="make"/> gets; on the disk when this returns. Null, and no number is used, when <paramref name="make"/> gives nothing.
    /// <paramref name="dropped"/> are the numbers that had to go because the queue is full. Throws <see cref="IOException"/> when the disk takes nothing.
    /// </summary>
    public long? Append(Func<long, byte[]?> make, Origin? origin, out (long First, long Last)? dropped)
    {
        dropped = null;
        lock (_gate)
        {
            var sequence = _last + 1;
            if (make(sequence) is not { } content)
            {
                return null;
            }

            var at = Write(sequence, content, origin);
            _last = sequence;
            _waiting.Enqueue(new Place(sequence, _number, at, content.Length, origin));
            _bytes += content.Length;
            if (_bytes > _maxBytes && _waiting.Count > 1)
            {
                var (first, left) = (_waiting.Peek().Sequence, _bytes);
                foreach (var place in _waiting.TakeWhile(p => left > _maxBytes && p.Sequence < sequence))
                {
                    left -= place.Length;
                    dropped = (first, place.Sequence);
                }

                Done(dropped!.Value.Last);
            }

            if (_signal.CurrentCount == 0)
            {
                _signal.Release();
            }

            return sequence;
        }
    }

    /// <summary>The oldest number that waits and the bytes of its message; comes back when there is one.</summary>
    public async Task<(long Sequence, int Bytes)> HeadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_waiting.TryPeek(out var place))
                {
                    return (place.Sequence, place.Length);
                }
            }

            await _signal.WaitAsync(cancellationToken);
        }
    }

    /// <summary>A message that waits; null when it does not (any more). Throws <see cref="IOException"/> when the disk does not give it.</summary>
    public WaitingMessage? Get(long sequence)
    {
        lock (_gate)
        {
            foreach (var place in _waiting)
            {
                if (place.Sequence == sequence)
                {
                    return new WaitingMessage(sequence, _waiting.Peek().Sequence, Read(place), place.Origin);
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

    /// <summary>Takes a message away that is done with; nothing happens when it is not the oldest (it was given up meanwhile).</summary>
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
            _segment?.Dispose();
            _held?.Dispose();
        }

        _signal.Dispose();
    }

    private string PathOf(int number) => Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"queue-{number:D9}.log"));

    private long Write(long sequence, byte[] content, Origin? origin)
    {
        try
        {
            if (_segment is null || _segment.Length >= _segmentBytes)
            {
                // Not before there is a new one: what can't be written to can still be read from.
                var next = Begin();
                _segment?.Dispose();
                _segment = next;
                _held?.Dispose();
                _held = null;
            }

            var message = new QueueRecord(Message, sequence, content);
            var at = origin is { } made ? _segment.Append(new QueueRecord(OriginKind, sequence, Bytes(made)), message) : _segment.Append(message);
            Fault = null;
            return at;
        }
        catch (IOException e)
        {
            Fault = e.Message;
            throw;
        }
    }

    private QueueSegment Begin()
    {
        var last = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(last, _last);
        var segment = QueueSegment.Begin(PathOf(_number + 1), new QueueRecord(BeginKind, _done, last), _beforeWrite);
        _number++;
        return segment;
    }

    private void Done(long sequence)
    {
        _done = sequence;
        while (_waiting.TryPeek(out var place) && place.Sequence <= sequence)
        {
            _waiting.Dequeue();
            _bytes -= place.Length;
        }

        try
        {
            _segment?.Append(new QueueRecord(DoneTo, sequence, []));
        }
        catch (IOException e)
        {
            // The manager's word stays true: at worst a message is sent again after a restart. The next note of this kind tells it too.
            Fault = e.Message;
        }

        // A segment without a message that waits is only history; the one that is written to begins with both positions.
        var needed = _waiting.TryPeek(out var oldest) ? oldest.Segment : _number;
        foreach (var path in Directory.GetFiles(_folder, Pattern).Where(p => string.CompareOrdinal(p, PathOf(needed)) < 0))
        {
            QueueSegment.Delete(path);
        }
    }

    private byte[] Read(Place place)
    {
        var content = new byte[place.Length];
        if (place.Segment == _number && _segment is not null)
        {
            _segment.Read(place.At, content);
        }
        else
        {
            QueueSegment.Read(PathOf(place.Segment), place.At, content);
        }

        return content;
    }

    private void Replay(string path, int segment)
    {
        Origin? origin = null;
        var about = 0L;
        foreach (var (record, at) in QueueSegment.Replay(path))
        {
            switch (record.Kind)
            {
                case OriginKind when record.Content.Length == OriginBytes:
                    (origin, about) = (Read(record.Content), record.Sequence);
                    break;
                case Message when record.Sequence > _last:
                    _waiting.Enqueue(new Place(record.Sequence, segment, at, record.Content.Length, about == record.Sequence ? origin : null));
                    _bytes += record.Content.Length;
                    _last = Math.Max(_last, record.Sequence);
                    break;
                case BeginKind when record.Content.Length == 8:
                    _last = Math.Max(_last, BinaryPrimitives.ReadInt64LittleEndian(record.Content));
                    goto case DoneTo;
                case DoneTo:
                    _done = Math.Max(_done, record.Sequence);
                    _last = Math.Max(_last, record.Sequence);
                    while (_waiting.TryPeek(out var place) && place.Sequence <= _done)
                    {
                        _bytes -= _waiting.Dequeue().Length;
                    }

                    break;
            }
        }
    }

    private static byte[] Bytes(Origin origin)
    {
        var bytes = new byte[OriginBytes];
        origin.Moment.Boot.TryWriteBytes(bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), origin.Moment.Uptime.Ticks);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), origin.Created.UtcTicks);
        return bytes;
    }

    private static Origin? Read(ReadOnlySpan<byte> bytes)
    {
        var ticks = BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]);
        return ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks ? null
            : new Origin(new BootMoment(new Guid(bytes[..16]), TimeSpan.FromTicks(BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]))), new DateTimeOffset(ticks, TimeSpan.Zero));
    }

    private readonly record struct Place(long Sequence, int Segment, long At, int Length, Origin? Origin);
}
