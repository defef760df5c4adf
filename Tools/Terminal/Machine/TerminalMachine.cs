using System.Collections.Immutable;

namespace CopyTrack.Terminal.Machine;

/// <summary>
/// The rules of a terminal (docs/terminal-protocol.md): pure, time passed in, nothing done. The loops feed inputs, do the outputs in order and
/// call again with <see cref="TerminalInput.Tick"/> at <see cref="NextWake"/>.
/// </summary>
internal static class TerminalMachine
{
    /// <summary>The next state and what to do, in order. Never throws for any input.</summary>
    internal static (TerminalState State, ImmutableArray<TerminalOutput> Outputs) Step(TerminalState state, TerminalInput input, DateTimeOffset now, TerminalPolicy policy)
    {
        var turn = new Turn(state, now, policy);
        turn.Take(input);
        turn.Due();
        return (turn.State, turn.Outputs);
    }

    /// <summary>When the next tick is due; null when only an input can change anything.</summary>
    internal static DateTimeOffset? NextWake(TerminalState state, TerminalPolicy policy)
    {
        DateTimeOffset?[] times =
        [
            state.StopBy, state.ReconnectAt, state.CloseBy, state.GreetBy, state.Waiting?.Until, state.Signing?.Until, state.TypedName?.Until, state.PanelRetryAt,
            state.Link == LinkPhase.Ready && !state.Uploads.IsEmpty ? state.UploadAt : null,
            state.Link == LinkPhase.Ready ? state.LastPing + state.Heartbeat : null,
            state.Link is LinkPhase.Greeting or LinkPhase.Ready || state is { Session: not null, Panel: PanelIs.Unlocked } ? state.LastHeard + (3 * state.Heartbeat) : null,
            state.Login is { SentAs: null } login ? login.Since + policy.LoginWait : null,
            state.Login is { SentAs: not null } sent ? sent.Since + (3 * policy.LoginWait) : null,
            state is { Login: { SentAs: null, LookedUp: false }, DownSince: { } since } ? since + policy.OfflineAfter : null,
            state.OfflineLogin is { } offline ? Earliest(offline.LastActivity + state.Idle, offline.Grant.ExpiresAt, offline.SeenAt + Turn.SeenEvery) : null,
        ];
        return times.Min();
    }

    private static DateTimeOffset Earliest(params ReadOnlySpan<DateTimeOffset> times)
    {
        var least = times[0];
        foreach (var time in times)
        {
            least = time < least ? time : least;
        }
        return least;
    }
}
