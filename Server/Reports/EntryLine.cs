using System.Data.Common;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Ledger;

namespace CopyTrack.Server.Reports;

/// <summary>An entry for looking at: with the meter values at the end of its interval and the names behind its ids, without the time of its posting.</summary>
internal sealed record EntryLine : EntryRow
{
    public string? Meters { get; init; }
    public string? DeviceName { get; init; }
    public string? UserName { get; init; }
    public string? ProjectCode { get; init; }

    /// <summary>
    /// The row where the reader stands, of the statements <c>Entry_Span…</c>, whose columns it takes by their places: a long export reads millions, and a column asked for by its own
    /// type costs a fifth of one that is looked up and boxed.
    /// </summary>
    public static EntryLine Read(DbDataReader row) => new()
    {
        At = Instant.FromMicros(row.GetInt64(0)), DeviceId = row.GetInt64(1), Seq = row.GetInt64(2), Epoch = row.GetInt32(3), IntervalSeq = row.GetInt64(4), Counter = row.GetInt32(5), Delta = row.GetInt64(6),
        SessionId = Number(row, 7), PersonId = Number(row, 8), ProjectId = Number(row, 9), Cause = row.GetInt32(10), Confidence = row.GetInt32(11), Source = row.GetInt32(12),
        Evidence = Text(row, 13), Reverses = Number(row, 14), CostMicros = Number(row, 15), Meters = Text(row, 16), DeviceName = Text(row, 17), UserName = Text(row, 18), ProjectCode = Text(row, 19),
    };

    private static long? Number(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
