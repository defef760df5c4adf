using System.Collections.Concurrent;

namespace CopyTrack.Server.Directories;

/// <summary>
/// What the last dry run of each directory that somebody asked a page for would have done, for whoever looks at it next. It names people who are in no table yet, so it is kept in
/// the memory of the server that ran it and nowhere else.
/// </summary>
internal sealed class DryRunLines
{
    /// <summary>Lines kept of a run: as many as somebody reads.</summary>
    public const int Most = 500;

    private readonly ConcurrentDictionary<long, DryRunReport> last = new();

    /// <summary>Begins a run of a directory anew; what it returns hears its lines.</summary>
    public Action<ChangeLine> Begin(long directoryId)
    {
        DryRunReport report = last[directoryId] = new DryRunReport();
        return report.Add;
    }

    /// <summary>The last dry run that this server made; null when it made none.</summary>
    public DryRunReport? Of(long directoryId) => last.GetValueOrDefault(directoryId);
}

/// <summary>Lines of a dry run: the first <see cref="DryRunLines.Most"/>, and how many there were.</summary>
internal sealed class DryRunReport
{
    private readonly Lock held = new();
    private readonly List<ChangeLine> lines = [];
    private int count;

    /// <summary>The lines so far, and how many there were in all.</summary>
    public (IReadOnlyList<ChangeLine> Lines, int Count) Shown
    {
        get
        {
            lock (held)
            {
                return ([.. lines], count);
            }
        }
    }

    internal void Add(ChangeLine line)
    {
        lock (held)
        {
            count++;
            if (lines.Count < DryRunLines.Most)
            {
                lines.Add(line);
            }
        }
    }
}
