using System.Collections.Concurrent;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Server.WalkUp;

/// <summary>
/// Frees and locks panels. An unlock is sent once when its session may have the panel; not answered in 5 s or refused, it is sent once more (after a
/// reconnect, too); 10 s after the first the session is told to have expired (docs/terminal-protocol.md §4).
/// </summary>
internal sealed class PanelControl(TerminalRoster roster, IRemotePanels remote, DecisionContexts contexts, ILogger<PanelControl> logger)
{
    private const int MessageSeconds = 8;

    private static readonly TimeSpan AckGrace = TimeSpan.FromMilliseconds(300);

    private readonly ConcurrentDictionary<long, Unlock> unlocks = new();

    /// <summary>
    /// Sends the unlock if the open session may have the panel and it was not sent on this connection yet. <paramref name="answered"/> is called when the
    /// terminal's answer changes what is due.
    /// </summary>
    public void Ensure(DeviceState state, Action answered)
    {
        if (state.Open is not { UnlockedAt: null } open || !MayUnlock(state))
        {
            return;
        }

        if (roster.Find(open.Record.TerminalId) is not { } terminal)
        {
            return;
        }

        var unlock = unlocks.GetOrAdd(open.Record.Id, _ => new Unlock());
        if (unlock.MaySend(terminal.Link, contexts.Now, contexts.Options.UnlockRetry))
        {
            _ = SendAsync(terminal.Link, open.Record, unlock, answered);
        }
    }

    /// <summary>True when the open session may have its panel: nothing of the one before settles, its project is chosen, and its start is read where that is asked for.</summary>
    public bool MayUnlock(DeviceState state) => state is { Open: { } open, Settling: null } && open.Record is not { ProjectRequired: true, ProjectId: null } && (!contexts.Options.Strict || open.Started);

    /// <summary>The session of <paramref name="state"/> when its panel answered and that is not kept yet; else null.</summary>
    public long? AckOf(DeviceState state) =>
        state.Open is { UnlockedAt: null } open && unlocks.TryGetValue(open.Record.Id, out var unlock) && unlock.AckedAt is not null ? open.Record.Id : null;

    /// <summary>When an answered unlock is to be kept if no other change of the device has taken it along by then.</summary>
    public DateTimeOffset AckDue(DeviceState state) => Of(state)?.AckedAt is { } at ? at + AckGrace : DateTimeOffset.MaxValue;

    /// <summary>True when the panel did not unlock in the time allowed.</summary>
    public bool Expired(DeviceState state, DateTimeOffset now) =>
        Of(state) is { AckedAt: null, FirstSentAt: { } first } && now >= first + contexts.Options.UnlockLimit;

    /// <summary>When the runner has to look at the panel again.</summary>
    public DateTimeOffset NextDue(DeviceState state) => Of(state) switch
    {
        null or { FirstSentAt: null } => DateTimeOffset.MaxValue,
        { AckedAt: not null } => AckDue(state),
        { } unlock => unlock.NextLook(contexts.Now, contexts.Options),
    };

    /// <summary>Locks the panel of a session that ended, wherever its terminal is connected.</summary>
    public void Lock(SessionRecord ended)
    {
        unlocks.TryRemove(ended.Id, out _);
        var (session, reason) = (SessionText.Of(ended.Id), SessionText.LockReason(ended.EndReason));
        if (roster.Find(ended.TerminalId) is { } terminal)
        {
            LockHere(terminal.Link, session, reason);
        }
        else
        {
            _ = remote.LockAsync(ended.TerminalId, session, reason);
        }
    }

    /// <summary>Locks a panel connected here.</summary>
    public void LockHere(ITerminalLink link, string? session, string reason) =>
        _ = link.RequestAsync(new PanelLock(session, reason), contexts.Options.UnlockRetry, CancellationToken.None);

    /// <summary>Shows a text at a terminal that is connected here; at any other nothing is shown.</summary>
    public void Tell(string terminalId, string text, string level)
    {
        if (roster.Find(terminalId) is { } terminal)
        {
            _ = terminal.Link.RequestAsync(new PanelMessage(text, level, MessageSeconds), contexts.Options.UnlockRetry, CancellationToken.None);
        }
    }

    /// <summary>Forgets a session that needs its panel no more.</summary>
    public void Forget(long sessionId) => unlocks.TryRemove(sessionId, out _);

    private Unlock? Of(DeviceState state) =>
        state.Open is { UnlockedAt: null } open && unlocks.TryGetValue(open.Record.Id, out var unlock) ? unlock : null;

    private async Task SendAsync(ITerminalLink link, SessionRecord record, Unlock unlock, Action answered)
    {
        var outcome = await link.RequestAsync(
            new PanelUnlock(SessionText.Of(record.Id), [.. record.Functions.Split(';', StringSplitOptions.RemoveEmptyEntries)]),
            contexts.Options.UnlockRetry, CancellationToken.None);
        if (outcome is { Error: null })
        {
            unlock.Acked(contexts.Now);
        }
        else
        {
            unlock.Missed(contexts.Now);
            logger.UnlockMissed(record.TerminalId, record.Id);
        }

        answered();
    }

    private sealed class Unlock
    {
        private readonly Lock gate = new();
        private ITerminalLink? link;
        private bool waiting;
        private int sent;
        private DateTimeOffset? retryAt;

        public DateTimeOffset? FirstSentAt { get; private set; }

        public DateTimeOffset? AckedAt { get; private set; }

        public bool MaySend(ITerminalLink to, DateTimeOffset now, TimeSpan retry)
        {
            lock (gate)
            {
                if (AckedAt is not null || (waiting && ReferenceEquals(link, to)) || sent >= 2 || (sent == 1 && ReferenceEquals(link, to) && now < retryAt))
                {
                    return false;
                }

                FirstSentAt ??= now;
                retryAt = FirstSentAt + retry;
                (link, waiting) = (to, true);
                sent++;
                return true;
            }
        }

        public void Acked(DateTimeOffset now)
        {
            lock (gate)
            {
                (waiting, AckedAt) = (false, now);
            }
        }

        public void Missed(DateTimeOffset now)
        {
            lock (gate)
            {
                (waiting, retryAt) = (false, now);
            }
        }

        public DateTimeOffset NextLook(DateTimeOffset now, SessionOptions options)
        {
            lock (gate)
            {
                var limit = FirstSentAt!.Value + options.UnlockLimit;
                return !waiting && sent == 1 && retryAt < limit ? retryAt!.Value > now ? retryAt.Value : now : limit;
            }
        }
    }
}

/// <summary>Panels of terminals that are connected to other nodes.</summary>
internal interface IRemotePanels
{
    /// <summary>Asks whichever node has the terminal to lock its panel. Failures are logged: the terminal's own silence rule locks it in the end.</summary>
    Task LockAsync(string terminalId, string? session, string reason);
}
