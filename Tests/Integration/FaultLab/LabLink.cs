using CopyTrack.Server.WalkUp;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Integration.FaultLab;

/// <summary>One connection between a terminal and a server process. What is sent arrives a moment later and in order, or never when the connection ended first.</summary>
internal sealed class LabLink(VirtualLoop loop, string terminalId, Func<ServerRequest, RpcOutcome> received) : ITerminalLink
{
    private static readonly TimeSpan s_latency = TimeSpan.FromMilliseconds(4);
    private readonly Dictionary<RequestId, TaskCompletionSource<(TerminalResult? Result, RpcError? Error)>> waiting = [];
    private readonly List<TaskCompletionSource<RpcOutcome?>> asked = [];
    private long nextId;

    /// <inheritdoc/>
    public string TerminalId => terminalId;

    /// <inheritdoc/>
    public bool IsOpen { get; private set; } = true;

    /// <summary>Sends a request of the terminal; both null when no answer came in time or the connection ended.</summary>
    public async Task<(TerminalResult? Result, RpcError? Error)> AskAsync(ITerminalRequests server, TerminalRequest request, TimeSpan timeout)
    {
        var id = new RequestId(null, ++nextId);
        var answer = new TaskCompletionSource<(TerminalResult?, RpcError?)>();
        waiting[id] = answer;
        using var late = loop.Timer(_ => answer.TrySetResult((null, null)), null, timeout, Timeout.InfiniteTimeSpan);
        Later(() => _ = server.HandleAsync(this, id, request, CancellationToken.None));
        var result = await answer.Task;
        waiting.Remove(id);
        return result;
    }

    /// <inheritdoc/>
    public void Reply(RequestId id, TerminalResult result) => Later(() => Answer(id, (result, null)));

    /// <inheritdoc/>
    public void Fail(RequestId id, RpcError error) => Later(() => Answer(id, (null, error)));

    /// <inheritdoc/>
    public async Task<RpcOutcome?> RequestAsync(ServerRequest request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<RpcOutcome?>();
        asked.Add(answer);
        using var late = loop.Timer(_ => answer.TrySetResult(null), null, timeout, Timeout.InfiniteTimeSpan);
        Later(() =>
        {
            var outcome = received(request);
            Later(() => answer.TrySetResult(outcome));
        });
        var result = await answer.Task;
        asked.Remove(answer);
        return result;
    }

    /// <inheritdoc/>
    public void Close(string reason, int? retryAfterSeconds) => End();

    /// <summary>Ends the connection: nothing more arrives on either side.</summary>
    public void End()
    {
        IsOpen = false;
        foreach (var one in waiting.Values.ToArray())
        {
            one.TrySetResult((null, null));
        }

        foreach (var one in asked.ToArray())
        {
            one.TrySetResult(null);
        }
    }

    private void Answer(RequestId id, (TerminalResult?, RpcError?) answer)
    {
        if (waiting.TryGetValue(id, out var one))
        {
            one.TrySetResult(answer);
        }
    }

    private void Later(Action deliver)
    {
        if (IsOpen)
        {
            loop.Timer(
                _ =>
                {
                    if (IsOpen)
                    {
                        deliver();
                    }
                },
                null, s_latency, Timeout.InfiniteTimeSpan);
        }
    }
}
