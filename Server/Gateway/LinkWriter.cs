using System.Buffers;
using System.IO.Pipelines;

namespace CopyTrack.Server.Gateway;

/// <summary>
/// Writes the lines of one connection: what was queued together leaves in one write, in the order it was queued, and a reader who waits for room goes
/// on when there is some. Every member is called under the link's lock; the loop takes that lock itself where it needs it.
/// </summary>
/// <param name="gate">The link's lock.</param>
/// <param name="output">Where lines go; used by one write at a time.</param>
/// <param name="mostBytes">Most bytes that may wait.</param>
/// <param name="now">The clock, in milliseconds.</param>
/// <param name="sending">Called under the lock when a write begins, with its time.</param>
/// <param name="flushed">Called after a write that carried a <see cref="Mark"/>, with it.</param>
/// <param name="ended">Called once nothing more will be written: all was, after <see cref="Finish"/>, or the connection went.</param>
internal sealed class LinkWriter(Lock gate, PipeWriter output, int mostBytes, Func<long> now, Action<long> sending, Action<long> flushed, Action ended) : IThreadPoolWorkItem
{
    private OutgoingBytes queued = new();
    private OutgoingBytes spare = new();
    private bool finishing, cut;
    private TaskCompletionSource? finished, drained;

    /// <summary>Where lines are encoded to; <see cref="Start"/> sends them on their way.</summary>
    public OutgoingBytes Queue => queued;

    /// <summary>True when more waits than may.</summary>
    public bool IsTooLong => queued.Count > mostBytes;

    /// <summary>Since when a write is under way, in milliseconds; null when none is.</summary>
    public long? WritingSince { get; private set; }

    /// <summary>A time stamp that leaves with what is queued; 0 without one.</summary>
    public long Mark { get; set; }

    /// <summary>Ends when the last line after <see cref="Finish"/> was handed to the transport, or can't be any more; done already before.</summary>
    public Task WhenFinished => finishing && !cut && finished is not null ? finished.Task : Task.CompletedTask;

    /// <summary>Null while little waits to be written; else what to await before more is read.</summary>
    public Task? BackPressure()
    {
        if (queued.Count <= mostBytes / 4 || cut)
        {
            return null;
        }
        drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return drained.Task;
    }

    /// <summary>Writes what is queued. One hop to the pool is what lets an answer and the request behind it leave together.</summary>
    public void Start()
    {
        if (WritingSince is null && !cut)
        {
            WritingSince = now();
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        }
    }

    /// <summary>Writes what is queued, then ends.</summary>
    public void Finish()
    {
        finishing = true;
        finished = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Start();
    }

    /// <summary>Nothing more is written; what waits is dropped.</summary>
    public void Cut()
    {
        cut = true;
        finished?.TrySetResult();
        LetReadersGoOn();
        // A write under way has its own bytes, and gives back the rest when it ends.
        if (WritingSince is null)
        {
            queued.Release();
        }
    }

    void IThreadPoolWorkItem.Execute() => _ = WriteAllAsync();

    private async Task WriteAllAsync()
    {
        try
        {
            while (Take() is (var bytes, var mark))
            {
                output.Write(bytes.Written.Span);
                bytes.Release();
                var flush = await output.FlushAsync();
                if (mark != 0)
                {
                    flushed(mark);
                }
                if (flush.IsCompleted || flush.IsCanceled)
                {
                    End();
                    return;
                }
            }
        }
        catch (Exception ex) when (ex is IOException or InvalidOperationException or OperationCanceledException)
        {
            // The connection went while it was written to; the reading loop ends it.
            End();
        }
    }

    /// <summary>What to write next; null when nothing waits, and then the loop is over.</summary>
    private (OutgoingBytes Bytes, long Mark)? Take()
    {
        lock (gate)
        {
            if (queued.Count > 0 && !cut)
            {
                var (bytes, mark) = (queued, Mark);
                (queued, spare, Mark) = (spare, bytes, 0);
                LetReadersGoOn();
                WritingSince = now();
                sending(WritingSince.Value);
                return (bytes, mark);
            }
            WritingSince = null;
            queued.Release();
            if (!finishing || cut)
            {
                return null;
            }
        }
        End();
        return null;
    }

    private void End()
    {
        lock (gate)
        {
            WritingSince = null;
            cut = true;
            queued.Release();
            finished?.TrySetResult();
            LetReadersGoOn();
        }
        ended();
    }

    private void LetReadersGoOn()
    {
        drained?.TrySetResult();
        drained = null;
    }
}
