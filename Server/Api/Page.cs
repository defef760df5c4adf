namespace CopyTrack.Server.Api;

/// <summary>A page of a list, as docs/interfaces.md §3 shapes it.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? Next)
{
    /// <summary>
    /// The page of the first <paramref name="limit"/> rows out of up to one more; the cursor is that of the last one kept, so that a list that ends
    /// exactly there has no empty page after it.
    /// </summary>
    public static Page<T> Of<TRow>(IReadOnlyList<TRow> rows, int limit, Func<TRow, string> cursor, Func<TRow, T> shape) =>
        new([.. rows.Take(limit).Select(shape)], rows.Count > limit ? cursor(rows[limit - 1]) : null);
}
