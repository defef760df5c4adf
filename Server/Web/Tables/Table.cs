using System.Globalization;
using Microsoft.AspNetCore.Html;

namespace CopyTrack.Server.Web.Tables;

/// <summary>
/// The columns of a table and how a row fills them. A cell is text, which is encoded, or a template of a page (<c>@&lt;a …&gt;…&lt;/a&gt;</c>). Lists that are in memory
/// anyway are filtered, sorted and paged by <see cref="All"/>; what a database filters, sorts and pages by <see cref="Slice"/>.
/// </summary>
internal sealed class Table<T>(string name, string caption, TableQuery query)
{
    private readonly List<Column> _columns = [];
    private Func<T, string>? _search;
    private string? _filterLabel;
    private string? _csv;
    private bool _showCaption, _isBrief;

    /// <summary>A column. With <paramref name="sort"/> its heading sorts a list in memory; with <paramref name="sortable"/> alone the database does. <paramref name="whole"/>: it takes a line of its own in a brief list.</summary>
    public Table<T> Add(string key, string title, Func<T, object?> cell, Func<T, IComparable?>? sort = null, bool sortable = false, bool right = false, bool whole = false)
    {
        _columns.Add(new Column(key, title, cell, sort, sortable || sort is not null, right, whole));
        return this;
    }

    /// <summary>A column of figures, to the right; sorting begins with the largest.</summary>
    public Table<T> AddFigure(string key, string title, Func<T, object?> cell, Func<T, IComparable?>? sort = null, bool sortable = false) => Add(key, title, cell, sort, sortable, right: true);

    /// <summary>Offers a filter over the list. <paramref name="text"/> is what a row is found by in memory; null where the database filters.</summary>
    public Table<T> Filtered(string label, Func<T, string>? text = null)
    {
        (_filterLabel, _search) = (label, text);
        return this;
    }

    /// <summary>Offers the same rows as CSV at this address.</summary>
    public Table<T> WithCsv(string href)
    {
        _csv = href;
        return this;
    }

    /// <summary>Has rows read on phones like the lines of a diary, where each cell says by itself what it is.</summary>
    public Table<T> Brief()
    {
        _isBrief = true;
        return this;
    }

    /// <summary>Shows the caption above the table; else only screen readers tell it.</summary>
    public Table<T> WithCaption()
    {
        _showCaption = true;
        return this;
    }

    /// <summary>The rows that the query keeps, in its order: for a list in memory and its CSV.</summary>
    public IEnumerable<T> Chosen(IEnumerable<T> rows) => InOrder(Found(rows));

    /// <summary>One page of a list in memory.</summary>
    public TableView All(IReadOnlyCollection<T> rows, string empty, int pageSize = TableQuery.PageSize)
    {
        IReadOnlyCollection<T> found = query.Filter.Length > 0 ? [.. Found(rows)] : rows;
        int last = Math.Max(1, (found.Count + pageSize - 1) / pageSize), page = Math.Min(query.Page, last);
        // Cut before it is a list: then only so much is put in order as the page shows.
        return View([.. InOrder(found).Skip((page - 1) * pageSize).Take(pageSize)], empty) with
        {
            Previous = page > 1 ? query.AtPage(page - 1) : null, Next = page < last ? query.AtPage(page + 1) : null, Of = found.Count, From = ((page - 1) * pageSize) + 1,
        };
    }

    private IEnumerable<T> Found(IEnumerable<T> rows)
    {
        CompareInfo compare = CultureInfo.InvariantCulture.CompareInfo;
        return _search is { } search && query.Filter.Length > 0
            ? rows.Where(r => compare.IndexOf(search(r), query.Filter, CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace) >= 0) : rows;
    }

    private IEnumerable<T> InOrder(IEnumerable<T> rows) => _columns.Find(c => c.Key == query.Sort)?.Sort is not { } sort ? rows
        : query.Descending ? rows.OrderByDescending(sort, Order.Instance) : rows.OrderBy(sort, Order.Instance);

    /// <summary>A page that a database cut. <paramref name="next"/> is the key of its last row when there is more; null otherwise.</summary>
    public TableView Slice(IReadOnlyList<T> rows, string? next, string empty) => View(rows, empty) with
    {
        Previous = query.After.Length > 0 ? query.Behind(null) : null, Next = next is null ? null : query.Behind(next),
    };

    private TableView View(IReadOnlyList<T> rows, string empty) => new()
    {
        Name = name, Caption = caption, ShowCaption = _showCaption, IsBrief = _isBrief, Query = query, FilterLabel = _filterLabel, Empty = empty, Csv = _csv,
        Heads = [.. _columns.Select(c => new TableHead(c.Key, c.Title, c.Right, c.Sortable ? query.SortedBy(c.Key, c.Right) : null,
            !c.Sortable ? null : c.Key != query.Sort ? "none" : query.Descending ? "descending" : "ascending") { Whole = c.Whole })],
        Rows = [.. rows.Select(r => (IReadOnlyList<IHtmlContent>)[.. _columns.Select(c => Html(c.Cell(r)))])],
    };

    private static IHtmlContent Html(object? cell) => cell as IHtmlContent ?? new TextContent(cell?.ToString() ?? "");

    private sealed record Column(string Key, string Title, Func<T, object?> Cell, Func<T, IComparable?>? Sort, bool Sortable, bool Right, bool Whole);

    /// <summary>Texts as people sort them, empty ones last; anything else by itself.</summary>
    private sealed class Order : IComparer<IComparable?>
    {
        public static readonly Order Instance = new();

        public int Compare(IComparable? x, IComparable? y) => (x, y) switch
        {
            (null, null) => 0,
            (null, _) => 1,
            (_, null) => -1,
            (string a, string b) => CultureInfo.InvariantCulture.CompareInfo.Compare(a, b, CompareOptions.IgnoreCase | CompareOptions.NumericOrdering),
            _ => x.CompareTo(y),
        };
    }

    private sealed class TextContent(string text) : IHtmlContent
    {
        public void WriteTo(TextWriter writer, System.Text.Encodings.Web.HtmlEncoder encoder) => encoder.Encode(writer, text);
    }
}
