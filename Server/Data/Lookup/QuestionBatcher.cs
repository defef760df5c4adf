using System.Threading.Channels;

namespace CopyTrack.Server.Data.Lookup;

/// <summary>
/// Lets questions share round trips without ever waiting for company: a free worker takes at once whatever waits, and what comes while all
/// workers are busy goes together with the next. When a shared round trip fails for another reason than storage, each is asked alone.
/// </summary>
internal sealed class QuestionBatcher<TQuestion, TAnswer> : IAsyncDisposable
{
    private const int Waiting = 8192, PerTrip = 128;

    private readonly Channel<(TQuestion Question, TaskCompletionSource<TAnswer> Answer)> _queue =
        Channel.CreateBounded<(TQuestion, TaskCompletionSource<TAnswer>)>(Waiting);

    private readonly Func<int, IReadOnlyList<TQuestion>, Task<TAnswer[]>> _ask;
    private readonly Task _workers;

    /// <param name="workers">Round trips that may be under way at the same time.</param>
    /// <param name="ask">Answers questions in their order; gets the number of the worker, which makes one call at a time.</param>
    public QuestionBatcher(int workers, Func<int, IReadOnlyList<TQuestion>, Task<TAnswer[]>> ask)
    {
        _ask = ask;
        _workers = Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(() => LoopAsync(worker))));
    }

    /// <summary>The answer as of a moment after the call.</summary>
    public async Task<TAnswer> AskAsync(TQuestion question, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<TAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await _queue.Writer.WriteAsync((question, answer), cancellationToken);
        }
        catch (ChannelClosedException ex)
        {
            throw new StorageUnavailableException("the database is closed: the server is stopping", ex);
        }

        return await answer.Task.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _workers;
    }

    private async Task LoopAsync(int worker)
    {
        var batch = new List<(TQuestion Question, TaskCompletionSource<TAnswer> Answer)>(PerTrip);
        while (await _queue.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < PerTrip && _queue.Reader.TryRead(out var waiting))
            {
                batch.Add(waiting);
            }

            await AnswerAsync(worker, batch);
        }
    }

    private async Task AnswerAsync(int worker, List<(TQuestion Question, TaskCompletionSource<TAnswer> Answer)> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        try
        {
            var answers = await _ask(worker, batch.ConvertAll(b => b.Question));
            for (var i = 0; i < answers.Length; i++)
            {
                batch[i].Answer.SetResult(answers[i]);
            }
        }
        catch (Exception ex) when (batch.Count > 1 && StorageErrors.Translate(ex) is null)
        {
            foreach (var one in batch)
            {
                await AnswerAsync(worker, [one]);
            }
        }
        catch (Exception ex)
        {
            // The loop must live on whatever happened, and everyone who waits must hear of it.
            var told = StorageErrors.Translate(ex) ?? ex;
            batch.ForEach(b => b.Answer.TrySetException(told));
        }
    }
}
