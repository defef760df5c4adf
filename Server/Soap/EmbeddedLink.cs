using System.Collections.Concurrent;
using System.Globalization;
using CopyTrack.Server.WalkUp;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Server.Soap;

/// <summary>A command for a device's own panel, as the contract words it.</summary>
internal sealed record PanelCommand(string Kind, string? Session, IReadOnlyList<string> Functions, string? Text);

/// <summary>
/// A device that is its own terminal: what others push to a connection waits here until the device asks, and its next word says whether it was done. Safe for use
/// by many threads.
/// </summary>
internal sealed class EmbeddedLink(string terminalId) : ITerminalLink
{
    private const int MostWaiting = 16;

    private readonly ConcurrentDictionary<RequestId, TaskCompletionSource<(TerminalResult? Result, RpcError? Error)>> asked = new();
    private readonly List<Waiting> commands = [];
    private readonly Lock gate = new();
    private long last;

    /// <inheritdoc/>
    public string TerminalId => terminalId;

    /// <inheritdoc/>
    public bool IsOpen { get; private set; } = true;

    /// <summary>Lets <paramref name="requests"/> answer; returns result or error.</summary>
    public async Task<(TerminalResult? Result, RpcError? Error)> AskAsync(ITerminalRequests requests, TerminalRequest request, CancellationToken cancellationToken)
    {
        var id = new RequestId(Interlocked.Increment(ref last).ToString(CultureInfo.InvariantCulture), 0);
        var answer = new TaskCompletionSource<(TerminalResult?, RpcError?)>(TaskCreationOptions.RunContinuationsAsynchronously);
        asked[id] = answer;
        try
        {
            await requests.HandleAsync(this, id, request, cancellationToken);
            return await answer.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            asked.TryRemove(id, out _);
        }
    }

    /// <inheritdoc/>
    public void Reply(RequestId id, TerminalResult result)
    {
        if (asked.TryGetValue(id, out var answer))
        {
            answer.TrySetResult((result, null));
        }
    }

    /// <inheritdoc/>
    public void Fail(RequestId id, RpcError error)
    {
        if (asked.TryGetValue(id, out var answer))
        {
            answer.TrySetResult((null, error));
        }
    }

    /// <inheritdoc/>
    public async Task<RpcOutcome?> RequestAsync(ServerRequest request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var waiting = new Waiting(request, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (gate)
        {
            if (!IsOpen || commands.Count >= MostWaiting || request is not (PanelUnlock or PanelLock or PanelMessage))
            {
                return null;
            }

            // A lock ends every unlock before it.
            commands.RemoveAll(c => c.Request is PanelUnlock or PanelLock && request is PanelUnlock or PanelLock);
            commands.Add(waiting);
        }

        try
        {
            await waiting.Done.Task.WaitAsync(timeout, cancellationToken);
            return new RpcOutcome(null, null);
        }
        catch (TimeoutException)
        {
            // A lock waits for ever: the device must hear of it whenever it asks.
            lock (gate)
            {
                commands.RemoveAll(c => ReferenceEquals(c, waiting) && request is not PanelLock);
            }

            return null;
        }
    }

    /// <summary>What the device is to do now. Messages are told once; the panel's commands until the device says that it did them.</summary>
    public IReadOnlyList<PanelCommand> Commands()
    {
        lock (gate)
        {
            List<PanelCommand> told = [.. commands.Select(c => Word(c.Request))];
            foreach (var message in commands.Where(c => c.Request is PanelMessage))
            {
                message.Done.TrySetResult();
            }

            commands.RemoveAll(c => c.Request is PanelMessage);
            return told;
        }
    }

    /// <summary>The device says how its panel is.</summary>
    public void Panel(bool unlocked, string? session)
    {
        lock (gate)
        {
            foreach (var done in commands.Where(c => c.Request is PanelUnlock unlock ? unlocked && unlock.Session == session : c.Request is PanelLock && !unlocked))
            {
                done.Done.TrySetResult();
            }

            commands.RemoveAll(c => c.Done.Task.IsCompleted);
        }
    }

    /// <inheritdoc/>
    public void Close(string reason, int? retryAfterSeconds)
    {
        lock (gate)
        {
            IsOpen = false;
        }
    }

    private static PanelCommand Word(ServerRequest request) => request switch
    {
        PanelUnlock unlock => new PanelCommand("unlock", unlock.Session, unlock.Functions, null),
        PanelLock locked => new PanelCommand("lock", locked.Session, [], locked.Reason),
        PanelMessage message => new PanelCommand("message", null, [], message.Text),
        _ => throw new InvalidOperationException("a command without a word"),
    };

    private sealed record Waiting(ServerRequest Request, TaskCompletionSource Done);
}
