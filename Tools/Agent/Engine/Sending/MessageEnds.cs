using System.Text.Json.Serialization;

namespace CopyTrack.Agent.Sending;

/// <summary>How a message ended, or that it has not yet.</summary>
public enum MessageStanding
{
    /// <summary>It waits, and was not sent yet.</summary>
    Waits,

    /// <summary>It was mailed, and nobody has acknowledged it yet.</summary>
    Mailed,

    /// <summary>The manager's signed word says that it is kept.</summary>
    Acknowledged,

    /// <summary>The manager's signed word says that it can never be taken.</summary>
    Refused,

    /// <summary>It had to go because the queue was full.</summary>
    Dropped,

    /// <summary>It was mailed as often as the settings say, and nobody acknowledged it.</summary>
    GivenUp,

    /// <summary>It could not be sent, and others were not to wait for it.</summary>
    SetAside,
}

/// <summary>How one message stands. <see cref="Times"/> counts mails; <see cref="Reason"/> is empty where there is none.</summary>
public sealed record MessageState(MessageStanding Standing, int Times, string Reason);

/// <summary>Messages, from one number to another, that did not arrive, and why.</summary>
public sealed record MessageEnd(long First, long Last, [property: JsonConverter(typeof(JsonStringEnumConverter<MessageStanding>))] MessageStanding Standing, string Reason, DateTimeOffset At);

/// <summary>What became of messages that were not acknowledged: kept in a file, so that a restart does not make them look delivered. Bounded. Safe for use by many threads.</summary>
internal sealed class MessageEnds
{
    private const string FileName = "ends.json";
    private const int Most = 200, LongestReason = 300;

    private readonly StateFolder _folder;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly List<MessageEnd> _ends;

    public MessageEnds(StateFolder folder, TimeProvider time)
    {
        (_folder, _time) = (folder, time);
        _ends = [.. (folder.Read(FileName, SettingsJson.Default.ListMessageEnd) ?? []).TakeLast(Most)];
    }

    /// <summary>Why the disk took no note the last time; null when it did.</summary>
    public string? Fault { get; private set; }

    /// <summary>All that is known, the newest last.</summary>
    public IReadOnlyList<MessageEnd> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _ends];
            }
        }
    }

    /// <summary>Notes that messages ended without being taken. A disk that takes nothing is no fault of theirs: it is known as long as the agent runs, and noted with the next one.</summary>
    public void Note(long first, long last, MessageStanding standing, string reason)
    {
        lock (_gate)
        {
            reason = reason.Length > LongestReason ? reason[..LongestReason] : reason;
            // A queue that stays full gives one up with each round.
            var joined = _ends is [.., var before] && before.Standing == standing && before.Reason == reason && before.Last == first - 1;
            var end = new MessageEnd(joined ? _ends[^1].First : first, last, standing, reason, _time.GetUtcNow());
            _ends.RemoveRange(_ends.Count - (joined ? 1 : 0), joined ? 1 : 0);
            _ends.Add(end);
            _ends.RemoveRange(0, Math.Max(0, _ends.Count - Most));
            Fault = _folder.TryWrite(FileName, _ends, SettingsJson.Default.ListMessageEnd);
        }
    }

    /// <summary>How a message ended; null where nothing speaks against its having been taken.</summary>
    public MessageEnd? Of(long sequence)
    {
        lock (_gate)
        {
            return _ends.FindLast(e => e.First <= sequence && sequence <= e.Last);
        }
    }
}
