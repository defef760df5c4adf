using System.Collections.Immutable;

namespace CopyTrack.Server.Reports;

/// <summary>One that moved most, with its pages now and before.</summary>
internal sealed record Mover(string? Key, string? Name, long Now, long Before)
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
        int now = Index(columns, "impressions"), before = Index(columns, "impressionsBefore");
        if (now < 0 || before < 0)
        {
            return ([], []);
        }

        Mover[] all = [.. rows.Select(r => new Mover(r[0] as string, r[1] as string, r[now] as long? ?? 0, r[before] as long? ?? 0))];
        return ([.. all.Where(m => m.Change > 0).OrderByDescending(m => m.Change).ThenBy(m => m.Key, StringComparer.Ordinal).Take(count)],
            [.. all.Where(m => m.Change < 0).OrderBy(m => m.Change).ThenBy(m => m.Key, StringComparer.Ordinal).Take(count)]);
    }

    private static int Index(ImmutableArray<ReportColumn> columns, string name)
    {
        for (int i = 0; i < columns.Length; i++)
        {
            if (columns[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }
}
