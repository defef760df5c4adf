using System.Globalization;
using System.Text;
using System.Threading.Channels;

namespace CopyTrack.Server.Api;

/// <summary>How a listener hears of messages: what a message says to it, null for nothing; whether it may still listen, asked at each beat.</summary>
internal sealed record EventListener(Func<OutboxView, string?> Say, Func<Task<bool>> MayGoOn);

/// <summary>Writes server-sent events to one listener until it leaves, is too slow, or may listen no more.</summary>
internal sealed class EventStream(EventFeed feed, TimeProvider time)
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);

    /// <summary>Tells what comes, after what came since the message <paramref name="after"/> (negative: only what comes).</summary>
    public async Task RunAsync(HttpContext context, EventListener listener, long after)
    {
        Channel<OutboxView> channel = feed.Listen();
        try
        {
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers.CacheControl = "no-store";
            await WriteAsync(context, ": events of CopyTrack\n\n");
            HashSet<long> replayed = await ReplayAsync(context, listener, after);
            long asked = time.GetTimestamp();

            while (true)
            {
                Task<bool> more = channel.Reader.WaitToReadAsync(context.RequestAborted).AsTask();
                while (!more.IsCompleted && await Task.WhenAny(more, Task.Delay(Beat, time, context.RequestAborted)) != more && !context.RequestAborted.IsCancellationRequested)
                {
                    if (!await MayGoOnAsync())
                    {
                        return;
                    }

                    await WriteAsync(context, ": beat\n\n");
                }

                if (!await more)
                {
                    return;
                }

                while (channel.Reader.TryRead(out OutboxView? message))
                {
                    // Where something happens all the time there is no pause to be asked in.
                    if (time.GetElapsedTime(asked) >= Beat && !await MayGoOnAsync())
                    {
                        return;
                    }

                    // Ids may become visible out of order: a lower one that comes late is new all the same.
                    if (!replayed.Remove(message.Id))
                    {
                        await SendAsync(context, listener, message);
                    }
                }
            }

            Task<bool> MayGoOnAsync()
            {
                asked = time.GetTimestamp();
                return listener.MayGoOn();
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client left.
        }
        finally
        {
            feed.Leave(channel);
        }
    }

    private async Task<HashSet<long>> ReplayAsync(HttpContext context, EventListener listener, long after)
    {
        HashSet<long> replayed = [];
        OutboxView[] page = [];
        while (after >= 0 && (replayed.Count == 0 || page.Length == EventFeed.Chunk))
        {
            page = await feed.AfterAsync(after, context.RequestAborted);
            foreach (OutboxView old in page)
            {
                await SendAsync(context, listener, old);
                replayed.Add(old.Id);
                after = old.Id;
            }

            if (page.Length == 0)
            {
                break;
            }
        }

        return replayed;
    }

    private static Task SendAsync(HttpContext context, EventListener listener, OutboxView message) => EventFeed.IsTold(message.Topic) && listener.Say(message) is { } data
        ? WriteAsync(context, string.Create(CultureInfo.InvariantCulture, $"id: {message.Id}\nevent: {message.Topic}\ndata: {data}\n\n")) : Task.CompletedTask;

    private static async Task WriteAsync(HttpContext context, string text)
    {
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
