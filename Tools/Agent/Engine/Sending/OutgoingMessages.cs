using CopyTrack.Accounting.Fleet;
using CopyTrack.Agent.Clocks;

namespace CopyTrack.Agent.Sending;

/// <summary>Makes of what waits what is sent: signed, with the time at which it was truly made, and never longer than a manager takes.</summary>
internal sealed class OutgoingMessages(AgentIdentity identity, MessageQueue queue, MessageEnds ends, ClockBook clocks, IAgentObserver observer, SteadyTime time)
{
    /// <summary>
    /// The signed envelope of a message and the clock's time in it; null when the message does not wait any more. Throws <see cref="IOException"/> when the disk does not give it.
    /// </summary>
    public (byte[] Envelope, DateTimeOffset Sent)? Seal(long sequence)
    {
        if (queue.Get(sequence) is not { } waiting)
        {
            return null;
        }

        var (sent, packed) = (time.Wall, waiting.Packed);
        if (waiting.Origin is { } origin && clocks.Made(origin) is var made && made != origin.Created)
        {
            packed = FleetRedating.Redate(packed, FleetTime.Cut(made));
        }

        return (new MessageEnvelope(identity.Agent, waiting.Sequence, waiting.First, sent, packed).Seal(identity.Key), sent);
    }

    /// <summary>
    /// Sets a message aside that no manager could take, or that the disk has lost; the others must not wait for it for ever. True when it was. Only the oldest one can go: those behind it come to be that.
    /// </summary>
    public bool SetAside(long sequence, int bytes)
    {
        if (bytes <= MessageEnvelope.MaxPacked)
        {
            return false;
        }

        SetAside(sequence, $"it is {bytes} bytes long, and no manager takes more than {MessageEnvelope.MaxPacked}");
        return true;
    }

    /// <summary>The same for another reason.</summary>
    public void SetAside(long sequence, string reason)
    {
        ends.Note(sequence, sequence, MessageStanding.SetAside, reason);
        queue.Remove(sequence);
        observer.Told($"message {sequence} is set aside: {reason}");
    }
}
