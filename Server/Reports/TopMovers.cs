using System.Collections.Immutable;

namespace CopyTrack.Server.Reports;

/// <summary>One row of a compared report that moved much, with its pages now and before.</summary>
internal sealed record Mover(ImmutableArray<object?> Row, long Now, long Before)
{
    /// <summary>Pages more or less.</summary>
    public long Change => Now - Before;
}

/// <summary>Who rose and who fell most between two periods. Pure.</summary>
internal static class TopMovers
{
    /// <summary>The rows of a compared report that rose most and that fell most, at most <paramref name="count"/> each, by pages; none in a report that is not compared.</summary>
    public static (ImmutableArray<Mover> Up, ImmutableArray<Mover> Down) Of(ImmutableArray<ReportColumn> columns, IEnumerable<ImmutableArray<object?>> rows, int count)
    {
        int now = ReportView.IndexOf(columns, "impressions"), before = ReportView.IndexOf(columns, "impressionsBefore");
        if (now < 0 || before < 0)
        {
            return ([], []);
        }

        Mover[] all = [.. rows.Select(r => new Mover(r, r[now] as long? ?? 0, r[before] as long? ?? 0))];
        return ([.. all.Where(m => m.Change > 0).OrderByDescending(m => m.Change).ThenBy(Key, StringComparer.Ordinal).Take(count)],
            [.. all.Where(m => m.Change < 0).OrderBy(m => m.Change).ThenBy(Key, StringComparer.Ordinal).Take(count)]);

        string Key(Mover mover) => ReportView.IndexOf(columns, "by") is >= 0 and var by ? $"{mover.Row[0]}\n{mover.Row[by]}" : $"{mover.Row[0]}";
    }
}
