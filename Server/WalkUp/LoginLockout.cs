using System.Collections.Immutable;
using CopyTrack.Identity.Lockout;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Server.WalkUp;

/// <summary>Keeps what lock-out counts: per person and per terminal, once for each attempt.</summary>
internal sealed class LoginLockout(ILockoutStore store, AttemptRepository attempts, LiveLockout options, DecisionContexts contexts)
{
    /// <summary>
    /// Records the events; those of a person need <paramref name="personId"/>, those of a name <paramref name="nameKey"/>, and are left out without. With an <paramref name="attempt"/> its <paramref name="answer"/> is kept first; when it is kept already nothing is counted again.
    /// </summary>
    public async Task RecordAsync(
        ConnectedTerminal terminal, long? personId, string? nameKey, ImmutableArray<LockoutEvent> events, string? attempt, RpcError? answer, CancellationToken cancellationToken)
    {
        if (events.IsEmpty)
        {
            return;
        }

        if (attempt is not null && answer is not null && !await attempts.KeepAsync(
            terminal.Link.TerminalId, attempt, contexts.Now, terminal.DeviceId, new StoredAnswer(null, null, answer).ToJson(), cancellationToken))
        {
            return;
        }

        foreach (var happened in events)
        {
            var (kind, name) = happened switch
            {
                LockoutEvent.TerminalFailed => ("terminal", terminal.Link.TerminalId),
                LockoutEvent.NameFailed or LockoutEvent.NameSucceeded => ("name", nameKey),
                _ => ("person", personId is { } person ? SessionText.Of(person) : null),
            };
            if (name is null)
            {
                continue;
            }

            await store.ChangeAsync(terminal.OrgId, kind, name, contexts.Now, text => Next(text, happened), cancellationToken);
        }
    }

    private string? Next(string? text, LockoutEvent happened)
    {
        var after = LockoutPolicy.Apply(LockoutState.Parse(text), happened, options.Now, contexts.Now);
        return after == LockoutState.None ? null : after.ToText();
    }
}
