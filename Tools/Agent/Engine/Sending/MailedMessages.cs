namespace CopyTrack.Agent.Sending;

/// <summary>How often a message was mailed, and when last.</summary>
internal sealed record MailedMessage(long Sequence, int Times, DateTimeOffset LastAt);

/// <summary>
/// Which messages were mailed already, kept in a file, so that a restart repeats none too early. Where the disk takes no note, nothing more is mailed: at worst one message is repeated by a restart, and never
/// all of them by each.
/// </summary>
internal sealed class MailedMessages
{
    private const string FileName = "mailed.json";

    private readonly StateFolder _folder;
    private readonly Dictionary<long, MailedMessage> _mailed;
    // Whether the disk takes anything is not known before it did once.
    private bool _kept;

    public MailedMessages(StateFolder folder)
    {
        _folder = folder;
        _mailed = (folder.Read(FileName, SettingsJson.Default.ListMailedMessage) ?? []).DistinctBy(m => m.Sequence).ToDictionary(m => m.Sequence);
    }

    public MailedMessage? Of(long sequence) => _mailed.GetValueOrDefault(sequence);

    /// <summary>Notes what is not noted yet: null when all is and mails may go, else what the disk says.</summary>
    public string? Keep()
    {
        if (_kept)
        {
            return null;
        }

        var fault = _folder.TryWrite(FileName, [.. _mailed.Values], SettingsJson.Default.ListMailedMessage);
        _kept = fault is null;
        return fault;
    }

    /// <summary>A message was mailed.</summary>
    public void Mark(long sequence, DateTimeOffset now)
    {
        _mailed[sequence] = new MailedMessage(sequence, (Of(sequence)?.Times ?? 0) + 1, now);
        _kept = false;
        _ = Keep();
    }

    /// <summary>Messages up to a number are done with.</summary>
    public void Forget(long through)
    {
        var before = _mailed.Count;
        foreach (var sequence in _mailed.Keys.Where(s => s <= through).ToList())
        {
            _mailed.Remove(sequence);
        }

        if (_mailed.Count != before)
        {
            _kept = false;
            _ = Keep();
        }
    }
}
