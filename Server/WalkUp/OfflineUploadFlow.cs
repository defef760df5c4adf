using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Server.WalkUp;

/// <summary>offline.upload: logins that a terminal let in while the server was away (docs/terminal-protocol.md §3, §5).</summary>
internal sealed class OfflineUploadFlow
{
    /// <summary>Answers the upload.</summary>
    public static Task HandleAsync(ConnectedTerminal terminal, RequestId id, OfflineUploadRequest request, CancellationToken cancellationToken)
    {
        terminal.Link.Fail(id, new RpcError(ErrorCodes.MethodNotOffered, "offline logins are not allowed"));
        return Task.CompletedTask;
    }
}
