using CopyTrack.Accounting.Fleet;

namespace CopyTrack.Agent.Sending;

/// <summary>
/// Acknowledgements that somebody carries here as a file, for a site whose messages go by mail and that never reaches its manager: over the page, by <c>acknowledge FILE</c>, or laid into the
/// state folder. Only the manager's signature counts. Safe for use by many threads.
/// </summary>
internal sealed class CarriedAcknowledgements(AgentIdentity identity, StateFolder folder, MessageQueue queue, IAgentObserver observer)
{
    /// <summary>The file of the state folder that a running agent looks for.</summary>
    public const string FileName = "acknowledged" + CarriedAcknowledgement.Extension;

    private readonly string _path = Path.Combine(folder.Path, FileName);
    private long _ended;

    /// <summary>Messages that files ended, since the start.</summary>
    public long Ended => Interlocked.Read(ref _ended);

    /// <summary>Lays a file into the state folder of an agent, once it is proved to be for it. Throws <see cref="AgentException"/> naming why it is not taken.</summary>
    public static CarriedAcknowledgement Bring(AgentSettings settings, string path)
    {
        if (settings.Mail is null)
        {
            throw new AgentException("acknowledge: this agent sends over HTTPS and hears of each message by itself; a file is for agents that send by mail");
        }

        var folder = new StateFolder(settings.State);
        using var identity = AgentIdentity.Load(folder) ?? throw new AgentException("the agent is not enrolled; run 'copytrack-agent enrol CODE' with a code of the manager");
        try
        {
            var bytes = Content(path);
            var word = CarriedAcknowledgement.Read(bytes, identity.Agent, identity.Key, identity.Manager);
            folder.Write(FileName, bytes);
            return word;
        }
        catch (Exception e) when (e is FleetFormatException or IOException or UnauthorizedAccessException)
        {
            throw new AgentException($"{path} is not taken: {e.Message}", e);
        }
    }

    /// <summary>Takes a file's content: how many messages it ended. Throws <see cref="FleetFormatException"/> naming why it counts for nothing.</summary>
    public int Take(ReadOnlyMemory<byte> content)
    {
        var word = CarriedAcknowledgement.Read(content, identity.Agent, identity.Key, identity.Manager);
        if (word.Through > queue.Last)
        {
            // Numbers went back, as those of a restored folder do: what waits under an old number is not what the manager has under it.
            throw new FleetFormatException($"the manager has messages up to {word.Through}, this folder gave numbers up to {queue.Last}: it was restored from a copy; enrol with a new code");
        }

        long[] held = [.. queue.Waiting.Select(w => w.Sequence)];
        if (word.Covers(held) is not { } through)
        {
            return 0;
        }

        queue.RemoveThrough(through);
        var ended = held.Count(s => s <= through);
        Interlocked.Add(ref _ended, ended);
        return ended;
    }

    /// <summary>Takes the file of the state folder, if there is one; it is gone afterwards.</summary>
    public void Look()
    {
        if (!File.Exists(_path))
        {
            return;
        }

        try
        {
            observer.Told($"the acknowledgement that was brought here ended {Take(Content(_path))} messages; {queue.Count} wait");
        }
        catch (Exception e) when (e is FleetFormatException or IOException or UnauthorizedAccessException)
        {
            observer.Told($"the acknowledgement that was brought here is not taken: {e.Message}");
        }

        try
        {
            File.Delete(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            observer.Told($"{_path} can't be deleted: {e.Message}");
        }
    }

    private static byte[] Content(string path)
    {
        using var file = File.OpenRead(path);
        var content = new byte[CarriedAcknowledgement.MaxBytes + 1];
        var length = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        return length <= CarriedAcknowledgement.MaxBytes ? content[..length] : throw new FleetFormatException("the file is too long for an acknowledgement");
    }
}
