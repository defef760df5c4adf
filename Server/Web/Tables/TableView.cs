using Microsoft.AspNetCore.Html;

namespace CopyTrack.Server.Web.Tables;

/// <summary>A heading. <see cref="Href"/> sorts; <see cref="Sorted"/> is <c>ascending</c>, <c>descending</c>, <c>none</c> for what could be sorted, or null.</summary>
internal sealed record TableHead(string Key, string Title, bool Right, string? Href, string? Sorted)
{
    /// <summary>True for what takes a line of its own where rows are read like the lines of a diary.</summary>
    public bool Whole { get; init; }

    /// <summary>Class of its cells; null for none.</summary>
    public string? Class => Right ? "n" : Whole ? "whole" : null;
}

/// <summary>What the partial <c>Shared/_Table</c> shows.</summary>
internal sealed record TableView
{
    /// <summary>Id of the part that is swapped: letters only, one on a page.</summary>
    public required string Name { get; init; }

    /// <summary>What the table is, for screen readers and above it when <see cref="ShowCaption"/>.</summary>
    public required string Caption { get; init; }

    public bool ShowCaption { get; init; }

    /// <summary>True when a row is read on phones like a line of a diary: its cells one behind the other, without the titles of their columns.</summary>
    public bool IsBrief { get; init; }

    public required IReadOnlyList<TableHead> Heads { get; init; }

    /// <summary>Rows of cells, as many as there are headings.</summary>
    public required IReadOnlyList<IReadOnlyList<IHtmlContent>> Rows { get; init; }

    /// <summary>A row of sums below; null for none.</summary>
    public IReadOnlyList<string?>? Totals { get; init; }

    public required TableQuery Query { get; init; }

    /// <summary>Label of the filter; null for a table that has none.</summary>
    public string? FilterLabel { get; init; }

    /// <summary>What is shown instead of a table without rows.</summary>
    public required string Empty { get; init; }

    public string? Previous { get; init; }

    public string? Next { get; init; }

    /// <summary>Number of all rows when known.</summary>
    public long? Of { get; init; }

    /// <summary>Number of the first row shown, from 1; 0 when not known.</summary>
    public long From { get; init; }

    /// <summary>Address of the same rows as CSV; null for none.</summary>
    public string? Csv { get; init; }
}
