using System.Collections.Immutable;
using System.Text.Json;
using CopyTrack.Terminal.Enrolment;
using CopyTrack.Terminal.Protocol.Messages;

namespace CopyTrack.Terminal.Offline;

/// <summary>
/// Offline logins as an append-only file of JSON lines, synced before the panel opens. A line that a power cut left half is the last one and is dropped.
/// An entry without an end (the power went) ends at its last mark. When nothing waits any more, the file starts anew.
/// </summary>
internal sealed class OfflineJournal : IDisposable
{
    private const string Name = "offline-journal.jsonl";
    private readonly FileStream stream;
    private bool torn;

    private sealed record Line(string Kind, string LocalId, DateTimeOffset? At = null, string? Token = null, ImmutableArray<string>? Functions = null, int? Code = null);

    /// <summary>Opens the journal and replays it into <see cref="Waiting"/>.</summary>
    internal OfflineJournal(KeyFolder folder)
    {
        var waiting = Replay(folder.Read(Name));
        Waiting = [.. waiting.Values];
        if (waiting.Count == 0)
        {
            folder.Write(Name, []);
        }
        stream = new FileStream(folder.PathOf(Name), FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        stream.Seek(0, SeekOrigin.End);
        torn = stream.Length > 0 && !EndsWithLineFeed();
        foreach (var entry in Waiting)
        {
            Append(new Line("end", entry.LocalId, entry.LogoutAt));
        }
    }

    /// <summary>What earlier runs left to be uploaded, oldest first.</summary>
    internal ImmutableArray<OfflineEntry> Waiting { get; }

    /// <summary>An offline login begins. Durable on return; throws <see cref="IOException"/> when the disk does not take it.</summary>
    internal void Open(string localId, string token, DateTimeOffset at, ImmutableArray<string> functions) => Append(new Line("begin", localId, at, token, functions));

    /// <summary>It goes on, or it is over.</summary>
    internal void Seen(string localId, DateTimeOffset at, bool over) => Append(new Line(over ? "end" : "seen", localId, at));

    /// <summary>The server took it, or refused it for good.</summary>
    internal void Settled(string localId, int? rejectedCode) => Append(new Line(rejectedCode is null ? "accepted" : "rejected", localId, Code: rejectedCode));

    /// <summary>Closes the file.</summary>
    public void Dispose() => stream.Dispose();

    private void Append(Line line)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(line);
        try
        {
            // A write that failed half-way left a torn line: end it, so that it spoils nothing but itself.
            stream.Write([.. torn ? "\n"u8 : [], .. bytes, (byte)'\n']);
            torn = true;
            stream.Flush(flushToDisk: true);
            torn = false;
        }
        catch (IOException)
        {
            torn = true;
            throw;
        }
    }

    private bool EndsWithLineFeed()
    {
        stream.Seek(-1, SeekOrigin.End);
        return stream.ReadByte() == '\n';
    }

    private static Dictionary<string, OfflineEntry> Replay(byte[]? bytes)
    {
        var waiting = new Dictionary<string, OfflineEntry>(StringComparer.Ordinal);
        foreach (var text in System.Text.Encoding.UTF8.GetString(bytes ?? []).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Parse(text) is not { } line)
            {
                continue;
            }
            switch (line.Kind)
            {
                case "begin" when line is { At: { } at, Token: { } token }:
                    waiting[line.LocalId] = new OfflineEntry(line.LocalId, token, at, at, line.Functions ?? []);
                    break;
                case "seen" or "end" when line.At is { } until && waiting.TryGetValue(line.LocalId, out var entry):
                    waiting[line.LocalId] = entry with { LogoutAt = until };
                    break;
                case "accepted" or "rejected":
                    waiting.Remove(line.LocalId);
                    break;
                default: break;
            }
        }
        return waiting;
    }

    private static Line? Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Line>(text) is { LocalId.Length: > 0 } line ? line : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
