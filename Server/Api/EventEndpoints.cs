using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using CopyTrack.Server.Data;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Api;

/// <summary>Server-sent events: session.opened, session.settled and alert, with the outbox's id so that a client may go on with Last-Event-ID.</summary>
internal sealed class EventEndpoints(EventFeed feed, TimeProvider time)
{
    private const int MaxStreams = 100;
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);
    private int _streams;

    public IEnumerable<ApiEndpoint> All() =>
    [
        new()
        {
            Method = "GET", Path = "/events", Summary = "Server-sent events session.opened, session.settled and alert; Last-Event-ID goes on after that one.",
            Access = new ApiAccess(Reach.Devices, Roles.Administrator, Roles.Manager, Roles.Monitor), Handle = call => Task.FromResult(Stream(call)), Answer = "EventStream",
        },
    ];

    private IResult Stream(ApiCall call)
    {
        string? last = call.Context.Request.Headers["Last-Event-ID"];
        long after = string.IsNullOrEmpty(last) ? -1 : long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? id
            : throw ApiProblem.BadRequest("Last-Event-ID is not an id of this stream.", "Leave the header out to begin with what comes next.");
        if (Interlocked.Increment(ref _streams) > MaxStreams)
        {
            Interlocked.Decrement(ref _streams);
            throw ApiProblem.TooMany(30);
        }

        return new Sse(this, call.Caller, after);
    }

    private async Task RunAsync(HttpContext context, ApiCaller caller, long after)
    {
        Channel<OutboxView> channel = feed.Listen();
        try
        {
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers.CacheControl = "no-store";
            await WriteAsync(context, ": events of CopyTrack\n\n");
            HashSet<long> replayed = await ReplayAsync(context, caller, after);

            while (true)
            {
                Task<bool> more = channel.Reader.WaitToReadAsync(context.RequestAborted).AsTask();
                while (!more.IsCompleted && await Task.WhenAny(more, Task.Delay(Beat, time, context.RequestAborted)) != more && !context.RequestAborted.IsCancellationRequested)
                {
                    await WriteAsync(context, ": beat\n\n");
                }

                if (!await more)
                {
                    return;
                }

                while (channel.Reader.TryRead(out OutboxView? message))
                {
                    // Ids may become visible out of order: a lower one that comes late is new all the same.
                    if (!replayed.Remove(message.Id))
                    {
                        await SendAsync(context, caller, message);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client left.
        }
        finally
        {
            feed.Leave(channel);
            Interlocked.Decrement(ref _streams);
        }
    }

    private async Task<HashSet<long>> ReplayAsync(HttpContext context, ApiCaller caller, long after)
    {
        HashSet<long> replayed = [];
        OutboxView[] page = [];
        while (after >= 0 && (replayed.Count == 0 || page.Length == EventFeed.Chunk))
        {
            page = await feed.AfterAsync(after, context.RequestAborted);
            foreach (OutboxView old in page)
            {
                await SendAsync(context, caller, old);
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

    private static Task SendAsync(HttpContext context, ApiCaller caller, OutboxView message)
    {
        bool visible = EventFeed.IsTold(message.Topic)
            && (message.OrgId ?? caller.OrgId) == caller.OrgId && (caller.Scope.Site is null || message.Site == caller.Scope.Site);
        if (!visible)
        {
            return Task.CompletedTask;
        }

        SortedDictionary<string, string?> data = new(StringComparer.Ordinal) { ["at"] = ReportJson.Rfc3339(message.At), ["device"] = message.Device };
        foreach ((string name, string value) in StateDocument.ReadData(message.Payload))
        {
            data[name] = value;
        }

        return WriteAsync(context, string.Create(CultureInfo.InvariantCulture, $"id: {message.Id}\nevent: {message.Topic}\ndata: {JsonSerializer.Serialize(data, ApiJson.Options)}\n\n"));
    }

    private static async Task WriteAsync(HttpContext context, string text)
    {
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private sealed class Sse(EventEndpoints owner, ApiCaller caller, long after) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => owner.RunAsync(httpContext, caller, after);
    }
}
