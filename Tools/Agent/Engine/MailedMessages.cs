namespace CopyTrack.Agent;

/// <summary>How often a message was mailed, and when last.</summary>
internal sealed record MailedMessage(long Sequence, int Times, DateTimeOffset LastAt);

/// <summary>Which messages were mailed already, kept in a file, so that a restart repeats none too early.</summary>
internal sealed class MailedMessages
{
    private const string FileName = "mailed.json";

    private readonly StateFolder _folder;
    private readonly Dictionary<long, MailedMessage> _mailed;

    public MailedMessages(StateFolder folder)
    {
        _folder = folder;
        _mailed = (folder.Read(FileName, SettingsJson.Default.ListMailedMessage) ?? []).DistinctBy(m => m.Sequence).ToDictionary(m => m.Sequence);
    }

    public MailedMessage? Of(long sequence) => _mailed.GetValueOrDefault(sequence);

    /// <summary>A message was mailed.</summary>
    public void Mark(long sequence, DateTimeOffset now)
    {
        _mailed[sequence] = new MailedMessage(sequence, (Of(sequence)?.Times ?? 0) + 1, now);
        Keep();
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
            Keep();
        }
    }

    private void Keep() => _folder.Write(FileName, [.. _mailed.Values], SettingsJson.Default.ListMailedMessage);
}
