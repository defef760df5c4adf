using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Security.Authentication;
using CopyTrack.Integration.Live;

namespace CopyTrack.Integration.Updates;

/// <summary>A terminal at which somebody logs in and out again and again. It stays with the first node that takes it, and goes to the next one when that ends.</summary>
internal sealed class BusyTerminal : IAsyncDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(150), s_end = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _end = new();
    private readonly LiveIdentity _identity;
    private readonly string _card;
    private readonly SupervisedSite[] _nodes;
    private readonly ConcurrentQueue<string> _sessions = new();
    private readonly Task _work;

    public BusyTerminal(LiveIdentity identity, string card, SupervisedSite[] nodes)
    {
        (_identity, _card, _nodes) = (identity, card, nodes);
        _work = WorkAsync();
    }

    /// <summary>Logins that were granted.</summary>
    public int Granted => _sessions.Count;

    /// <summary>The sessions that the terminal was told of.</summary>
    public string[] Sessions => [.. _sessions];

    /// <summary>Logins that a node refused, or did not answer though it went on serving.</summary>
    public ConcurrentQueue<string> Lost { get; } = new();

    public async Task EndAsync()
    {
        await _end.CancelAsync();
        await _work;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _end.Dispose();
    }

    private async Task WorkAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            foreach (var node in _nodes)
            {
                await AtAsync(node);
            }
        }
    }

    /// <summary>Works at a node until it ends.</summary>
    private async Task AtAsync(SupervisedSite node)
    {
        LiveTerminal? terminal = null;
        try
        {
            terminal = await LiveTerminal.ConnectAsync(node.TerminalsPort, _identity, "card");
            while (!_end.IsCancellationRequested && !terminal.Ended.IsCompleted)
            {
                var reply = await terminal.CardAsync(_card);
                if (reply["error"]?["message"]?.GetValue<string>() == "notReady" && await Task.WhenAny(terminal.Ended, Task.Delay(s_end)) == terminal.Ended)
                {
                    // The node ends for its turn, and says so: the terminal asks the other one.
                    return;
                }

                if (reply["result"]?["session"] is not { } session)
                {
                    Lost.Enqueue(reply.ToJsonString());
                    await Task.Delay(s_pause);
                    continue;
                }

                _sessions.Enqueue(session.GetValue<string>());
                await terminal.LogoutAsync(session.GetValue<string>());
                await Task.Delay(s_pause);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException or ObjectDisposedException || (e is TimeoutException && terminal is { Ended.IsCompleted: true }))
        {
            // The node ends for its turn, or is not back yet.
            await Task.Delay(s_pause);
        }
        finally
        {
            if (terminal is not null)
            {
                await terminal.DisposeAsync();
            }
        }
    }
}
