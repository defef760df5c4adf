using CopyTrack.Accounting.Fleet;
using CopyTrack.Agent.Clocks;

namespace CopyTrack.Agent.Sending;

/// <summary>Sends what waits, one after the other, and forgets a message only on the manager's signed word about its number.</summary>
internal sealed class MessageSender(AgentSettings settings, AgentIdentity identity, ManagerLink link, MessageQueue queue, OutgoingMessages outgoing, MessageEnds ends, IAgentObserver observer, SteadyTime time) : IMessageSender
{
    /// <summary>Tries of a message that something on the way calls too long, before the others go on without it. With the usual pauses that is half an hour.</summary>
    internal const int MostTooLong = 12;

    private (long Sequence, int Times) _tooLong;

    /// <inheritdoc/>
    public long Delivered { get; private set; }

    /// <inheritdoc/>
    public long BytesSent => link.Sent;

    /// <summary>The shortest pause between two tries.</summary>
    internal TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public string? Fault => null;

    /// <inheritdoc/>
    public int Times(long sequence) => 0;

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        while (true)
        {
            var (sequence, bytes) = await queue.HeadAsync(cancellationToken);
            if (outgoing.SetAside(sequence, bytes))
            {
                continue;
            }

            if (await SendAsync(sequence, bytes, cancellationToken) is { } fault)
            {
                if (failures++ == 0)
                {
                    observer.Told($"{fault}; {queue.Count} messages wait");
                }

                observer.Rested();
                await Task.Delay(Backoff.Pause(FirstPause, failures, TimeSpan.FromSeconds(settings.RetrySeconds)), time, cancellationToken);
                continue;
            }

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
    }

    /// <summary>Sends one message; gives why it has to be tried again, null when it is done with.</summary>
    private async Task<string?> SendAsync(long sequence, int bytes, CancellationToken cancellationToken)
    {
        try
        {
            if (outgoing.Seal(sequence) is not { } envelope)
            {
                return null;
            }

            // A manager that takes a connection and says nothing has half a minute to answer: a pause as good as any.
            observer.Rested();
            var word = await link.SendAsync(envelope.Envelope, identity.Manager, cancellationToken);
            if (word.Agent != identity.Agent || word.Sequence != sequence)
            {
                return "the manager answered about another message";
            }

            if (word.Outcome == AckOutcome.Refused)
            {
                ends.Note(sequence, sequence, MessageStanding.Refused, word.Reason);
                observer.Told($"the manager refused message {sequence}: {word.Reason}");
            }
            else
            {
                Delivered++;
            }

            queue.Remove(sequence);
            return null;
        }
        catch (ManagerAwayException e) when (e.IsTooLong)
        {
            _tooLong = _tooLong.Sequence == sequence ? (sequence, _tooLong.Times + 1) : (sequence, 1);
            if (_tooLong.Times >= MostTooLong)
            {
                outgoing.SetAside(sequence, $"{e.Message}, {_tooLong.Times} times; it is {bytes} bytes long");
                return null;
            }

            return $"{e.Message} (message {sequence}, {bytes} bytes; a proxy on the way may take less than {FleetEnvelope.MaxBytes})";
        }
        catch (ManagerAwayException e)
        {
            return e.Message;
        }
        catch (Exception e) when (e is FileNotFoundException or EndOfStreamException or FleetFormatException)
        {
            outgoing.SetAside(sequence, $"it is lost on the disk: {e.Message}");
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"message {sequence} can't be read from the disk: {e.Message}";
        }
    }
}
