using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Server.WalkUp;

/// <summary>Hands each request of a terminal to its flow, and turns what goes wrong into an answer.</summary>
internal sealed class WalkUpRequests(
    HelloFlow hello, LoginFlow login, KerberosLoginFlow kerberos, SessionFlow sessions, CardRegisterFlow cards, OfflineUploadFlow offline, TerminalRoster roster, WalkUpRepository rows,
    DecisionContexts contexts, ILogger<WalkUpRequests> logger) : ITerminalRequests
{
    /// <inheritdoc/>
    public async Task HandleAsync(ITerminalLink link, RequestId id, TerminalRequest request, CancellationToken cancellationToken)
    {
        try
        {
            if (request is HelloRequest first)
            {
                await hello.HandleAsync(link, id, first, cancellationToken);
            }
            else if (roster.Find(link.TerminalId) is { } terminal && ReferenceEquals(terminal.Link, link))
            {
                await DispatchAsync(terminal, id, request, cancellationToken);
            }
            else
            {
                link.Fail(id, new RpcError(ErrorCodes.NotReady, "say terminal.hello first"));
            }
        }
        catch (StorageUnavailableException e)
        {
            logger.RequestStorage(link.TerminalId, e.Message);
            link.Fail(id, new RpcError(ErrorCodes.InternalError, "the server can't reach its database; try again"));
        }
        catch (OperationCanceledException)
        {
            link.Fail(id, new RpcError(ErrorCodes.NotReady, "the server is shutting down"));
        }
        catch (Exception e)
        {
            // One request must not take the connection with it; the terminal is told and may try again.
            logger.RequestFailed(link.TerminalId, e);
            link.Fail(id, new RpcError(ErrorCodes.InternalError, "internal error"));
        }
    }

    /// <inheritdoc/>
    public async Task NotifiedAsync(ITerminalLink link, TerminalNotification notification, CancellationToken cancellationToken)
    {
        try
        {
            if (roster.Find(link.TerminalId) is not { } terminal)
            {
                return;
            }

            if (notification is ActivityNotification activity)
            {
                await sessions.ActivityAsync(terminal, activity.Session, cancellationToken);
            }
            else if (notification is PanelStateNotification panel)
            {
                await rows.PanelStateAsync(link.TerminalId, panel.State, contexts.Now, cancellationToken);
            }
        }
        catch (StorageUnavailableException e)
        {
            logger.RequestStorage(link.TerminalId, e.Message);
        }
        catch (OperationCanceledException)
        {
            // The connection or the server ends; a notification has no answer.
        }
    }

    /// <inheritdoc/>
    public async Task DisconnectedAsync(ITerminalLink link)
    {
        try
        {
            await hello.GoneAsync(link, CancellationToken.None);
        }
        catch (StorageUnavailableException e)
        {
            logger.RequestStorage(link.TerminalId, e.Message);
        }
    }

    private static async Task OneAtATimeAsync(SemaphoreSlim gate, Func<Task> run, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            await run();
        }
        finally
        {
            gate.Release();
        }
    }

    private Task DispatchAsync(ConnectedTerminal terminal, RequestId id, TerminalRequest request, CancellationToken cancellationToken)
    {
        switch (request)
        {
            case LoginRequest { Credential: Credential.Password or Credential.SmartCard } r:
                return kerberos.HandleAsync(terminal, id, r, cancellationToken);
            case LoginRequest r:
                return OneAtATimeAsync(terminal.LoginGate, () => login.HandleAsync(terminal, id, r, cancellationToken), cancellationToken);
            case LogoutRequest r:
                return sessions.LogoutAsync(terminal, id, r, cancellationToken);
            case ProjectsRequest r:
                return sessions.ProjectsAsync(terminal, id, r, cancellationToken);
            case ProjectRequest r:
                return sessions.ProjectAsync(terminal, id, r, cancellationToken);
            case CardRegisterRequest r:
                return OneAtATimeAsync(
                    r.Proof is Credential.Password ? terminal.PasswordGate : terminal.LoginGate, () => cards.HandleAsync(terminal, id, r, cancellationToken), cancellationToken);
            case OfflineUploadRequest r:
                return offline.HandleAsync(terminal, id, r, cancellationToken);
            case PingRequest:
                terminal.Link.Reply(id, new PingResult(contexts.Now));
                return Task.CompletedTask;
            default:
                terminal.Link.Fail(id, new RpcError(ErrorCodes.MethodNotFound, "unknown method"));
                return Task.CompletedTask;
        }
    }
}
