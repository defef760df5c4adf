using System.Collections.Immutable;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Profiles;

/// <summary>
/// Reads many columns at once, in as few datagrams as they fit: each asks for some rows of as many columns as a reply can hold. What an agent gives beyond a column's
/// end is kept too, since it is true. An agent that answers out of order, or with nothing, is left to be walked column by column.
/// </summary>
internal sealed class ColumnSweep(ISnmpBulk client, SnmpTarget target, Action<VarBind> take)
{
    // What a reply may hold in all, and what a message takes beside its variables.
    private const int Budget = 1400;
    private const int Overhead = 60;
    private const int OnceLength = 36;
    private const int MostRepetitions = 60;

    private readonly List<Progress> _open = [];

    /// <summary>What it cost so far.</summary>
    public SnmpTraffic Traffic { get; private set; }

    /// <summary>Why the agent does not answer; null while it does.</summary>
    public string? Silence { get; private set; }

    /// <summary>Names and columns that the agent did not give in this way, to be read in another.</summary>
    public (ImmutableArray<ObjectIdentifier> Once, ImmutableArray<SweepColumn> Columns) Left { get; private set; } = ([], []);

    /// <summary>Reads all; see <see cref="Left"/> for what could not be read so.</summary>
    public async Task RunAsync(IEnumerable<ObjectIdentifier> once, IEnumerable<SweepColumn> columns, CancellationToken cancellationToken)
    {
        var first = once.ToImmutableArray();
        _open.AddRange(columns.OrderByDescending(c => c.Rows).Select(c => new Progress(c)));
        while (!first.IsEmpty || _open.Count > 0)
        {
            var (batch, repetitions) = Batch(Budget - Overhead - (first.Length * OnceLength));
            var answer = await client.BulkAsync(target, first, [.. batch.Select(b => b.Last)], repetitions, cancellationToken);
            Traffic += answer.Traffic;
            if (answer.Silence is not null || answer.VarBinds.IsEmpty)
            {
                Silence = answer.Silence;
                break;
            }

            var single = answer.VarBinds.Take(first.Length).ToList();
            var rows = batch.Count == 0 ? [] : answer.VarBinds.Skip(first.Length).ToList();
            if (single.Zip(first).Any(s => !s.First.Value.IsException && s.First.Oid <= s.Second) || !Take(batch, rows, repetitions))
            {
                break;
            }

            single.ForEach(Keep);
            rows.ForEach(Keep);
            first = first.RemoveRange(0, single.Count);
            _open.RemoveAll(p => p.Done);
        }

        Left = (first, [.. _open.Select(p => p.Column)]);
    }

    /// <summary>Takes the rows of a reply; false when they went back or came in another order than the names were asked in, so that nothing of it can be trusted.</summary>
    private static bool Take(List<Progress> batch, List<VarBind> rows, int repetitions)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            if (!batch[i % batch.Count].Take(rows[i]))
            {
                return false;
            }
        }

        // A column that is said to have ended, while the same reply holds more of it, was mistaken for another.
        if (batch.Any(p => p.Ended && rows.Any(r => r.Oid.StartsWith(p.Column.Root) && r.Oid > p.Last)))
        {
            return false;
        }

        // A column that has more than was thought gets ever more room.
        foreach (var progress in batch)
        {
            progress.Rows = Math.Min(Math.Max(progress.Rows - (rows.Count / batch.Count), repetitions * 2), MostRepetitions);
        }

        return true;
    }

    private (List<Progress> Batch, int Repetitions) Batch(int room)
    {
        var batch = new List<Progress>();
        if (_open.Count == 0)
        {
            return (batch, 0);
        }

        var repetitions = Math.Clamp(Math.Min(_open[0].Rows, room / _open[0].Column.RowLength), 1, MostRepetitions);
        var used = 0;
        foreach (var progress in _open)
        {
            used += progress.Column.RowLength * repetitions;
            if (used > room && batch.Count > 0)
            {
                break;
            }

            batch.Add(progress);
        }

        return (batch, repetitions);
    }

    private void Keep(VarBind varBind)
    {
        if (!varBind.Value.IsException)
        {
            take(varBind);
        }
    }

    private sealed class Progress(SweepColumn column)
    {
        private int _taken;

        public SweepColumn Column { get; } = column;

        public ObjectIdentifier Last { get; private set; } = column.Root;

        public int Rows { get; set; } = column.Rows;

        public bool Done { get; private set; }

        /// <summary>True when the agent itself has shown that nothing follows.</summary>
        public bool Ended { get; private set; }

        /// <summary>Takes what stands in the column's place; false when that does not come after its last row.</summary>
        public bool Take(VarBind row)
        {
            if (row.Value.IsException || (row.Oid > Last && !row.Oid.StartsWith(Column.Root)))
            {
                Ended = !Done || Ended;
                Done = true;
                return true;
            }

            if (row.Oid <= Last)
            {
                return Done;
            }

            if (!Done)
            {
                Last = row.Oid;
                Done = ++_taken >= Column.MaxRows ||
                    (Column.LastIndex.Length > 0 && row.Oid.After(Column.Root).SequenceCompareTo(Column.LastIndex) >= 0);
            }

            return true;
        }
    }
}
