using CopyTrack.Accounting.Fleet;

namespace CopyTrack.Agent;

/// <summary>Sends what waits, one after the other, and forgets a message only on the manager's signed word about its number.</summary>
internal sealed class MessageSender(AgentSettings settings, AgentIdentity identity, ManagerLink link, MessageQueue queue, IAgentObserver observer, TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    /// <summary>Messages that the manager has, since the start.</summary>
    public long Delivered { get; private set; }

    /// <summary>Sends until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        while (true)
        {
            var waiting = await queue.PeekAsync(cancellationToken);
            try
            {
                var envelope = new MessageEnvelope(identity.Agent, waiting.Sequence, waiting.First, time.GetUtcNow(), waiting.Packed).Seal(identity.Key);
                var word = await link.SendAsync(envelope, identity.Manager, cancellationToken);
                if (word.Agent != identity.Agent || word.Sequence != waiting.Sequence)
                {
                    throw new ManagerAwayException("the manager answered about another message");
                }

                if (word.Outcome == AckOutcome.Refused)
                {
                    observer.Told($"the manager refused message {waiting.Sequence}: {word.Reason}");
                }

                queue.Remove(waiting.Sequence);
                Delivered++;
                if (failures > 0)
                {
                    observer.Told($"the manager is reached again; {queue.Count} messages wait");
                }

                failures = 0;
            }
            catch (ManagerAwayException e)
            {
                if (failures++ == 0)
                {
                    observer.Told($"{e.Message}; {queue.Count} messages wait");
                }

                await Task.Delay(Pause(failures), time, cancellationToken);
            }
        }
    }

    /// <summary>Twice as long after each failure, each agent a little differently, so that they do not come back all at once.</summary>
    private TimeSpan Pause(int failures)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(failures - 1, 12));
        var longest = TimeSpan.FromSeconds(settings.RetrySeconds);
        return (pause < longest ? pause : longest) * (0.75 + (Random.Shared.NextDouble() / 2));
    }
}
