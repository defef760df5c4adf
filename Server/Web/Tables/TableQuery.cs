using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace CopyTrack.Server.Web.Tables;

/// <summary>
/// What an address says of a table: <c>sort=name</c> or <c>sort=-name</c>, <c>q=</c> the filter, <c>page=</c> from 1, <c>after=</c> a key to go on behind. Anything else
/// in the address is kept in the links. A page with several tables gives each a prefix.
/// </summary>
internal sealed class TableQuery
{
    /// <summary>Rows of one page.</summary>
    public const int PageSize = 50;

    private const int LongestFilter = 200, LongestSort = 64, LongestAfter = 500, MostPages = 100_000;

    private readonly string _path;
    private readonly string _prefix;
    private readonly IReadOnlyDictionary<string, StringValues> _all;

    private TableQuery(string path, string prefix, IReadOnlyDictionary<string, StringValues> all)
    {
        (_path, _prefix, _all) = (path, prefix, all);
        string sort = Bound(prefix + "sort", LongestSort);
        Descending = sort.StartsWith('-');
        Sort = sort.TrimStart('-');
        Filter = Bound(prefix + "q", LongestFilter).Trim();
        After = Bound(prefix + "after", LongestAfter);
        Page = int.TryParse(Bound(prefix + "page", 9), NumberStyles.None, CultureInfo.InvariantCulture, out int page) ? Math.Clamp(page, 1, MostPages) : 1;
    }

    /// <summary>Key of the column to sort by as typed; empty for the table's own order. Compare it with keys you know, never put it into SQL.</summary>
    public string Sort { get; }

    public bool Descending { get; }

    /// <summary>What to look for, trimmed, at most 200 characters; empty for everything.</summary>
    public string Filter { get; }

    /// <summary>Key of the last row of the page before; empty on the first page.</summary>
    public string After { get; }

    /// <summary>Number of the page, from 1.</summary>
    public int Page { get; }

    /// <summary>True when the address sorts, filters or turns the pages of this table.</summary>
    public bool IsUsed => Sort.Length > 0 || Filter.Length > 0 || After.Length > 0 || Page > 1;

    /// <summary>Name of the filter's field.</summary>
    public string FilterName => _prefix + "q";

    /// <summary>Name of what says how it is sorted.</summary>
    public string SortName => _prefix + "sort";

    /// <summary>Reads a request's address.</summary>
    public static TableQuery Of(HttpRequest request, string prefix = "") =>
        new(request.Path, prefix, request.Query.ToDictionary(q => q.Key, q => q.Value, StringComparer.Ordinal));

    /// <summary>Everything of the address but the filter and where the table stands, for hidden fields beside the filter; without the order where a field of its own asks for it.</summary>
    public IEnumerable<KeyValuePair<string, string>> Others(bool withoutSort = false) =>
        from q in _all
        where q.Key != FilterName && q.Key != _prefix + "page" && q.Key != _prefix + "after" && !(withoutSort && q.Key == SortName)
        from v in q.Value
        select KeyValuePair.Create(q.Key, v ?? "");

    /// <summary>Address of the table sorted by a column: upward, or the other way when it is so already.</summary>
    public string SortedBy(string key, bool downFirst) => Href(("sort", (key == Sort ? !Descending : downFirst) ? "-" + key : key), ("page", null), ("after", null));

    /// <summary>Address of another page by number.</summary>
    public string AtPage(int page) => Href(("page", page <= 1 ? null : page.ToString(CultureInfo.InvariantCulture)), ("after", null));

    /// <summary>Address of what comes behind a key; of the beginning for null.</summary>
    public string Behind(string? key) => Href(("after", key), ("page", null));

    /// <summary>This address with some members set or, for null, taken away.</summary>
    public string Href(params (string Name, string? Value)[] changes)
    {
        Dictionary<string, StringValues> members = new(_all, StringComparer.Ordinal);
        foreach ((string name, string? value) in changes)
        {
            members.Remove(_prefix + name);
            if (value is not null)
            {
                members[_prefix + name] = value;
            }
        }

        return QueryHelpers.AddQueryString(_path, members);
    }

    private string Bound(string name, int longest) => _all.TryGetValue(name, out StringValues values) && values.ToString() is { } text ? text.Length > longest ? text[..longest] : text : "";
}
