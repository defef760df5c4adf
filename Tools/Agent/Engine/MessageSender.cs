using CopyTrack.Accounting.Fleet;

namespace CopyTrack.Agent;

/// <summary>Sends what waits, one after the other, and forgets a message only on the manager's signed word about its number.</summary>
internal sealed class MessageSender(AgentSettings settings, AgentIdentity identity, ManagerLink link, MessageQueue queue, IAgentObserver observer, TimeProvider time) : IMessageSender
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public long Delivered { get; private set; }

    /// <inheritdoc/>
    public long BytesSent => link.Sent;

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        while (true)
        {
            var waiting = await queue.PeekAsync(cancellationToken);
            try
            {
                var envelope = new MessageEnvelope(identity.Agent, waiting.Sequence, waiting.First, time.GetUtcNow(), waiting.Packed).Seal(identity.Key);
                // A manager that takes a connection and says nothing has half a minute to answer: a pause as good as any.
                observer.Rested();
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
                if (queue.Count == 0)
                {
                    observer.Rested();
                }
            }
            catch (ManagerAwayException e)
            {
                if (failures++ == 0)
                {
                    observer.Told($"{e.Message}; {queue.Count} messages wait");
                }

                observer.Rested();
                await Task.Delay(Backoff.Pause(FirstPause, failures, TimeSpan.FromSeconds(settings.RetrySeconds)), time, cancellationToken);
            }
        }
    }
}
