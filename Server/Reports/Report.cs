using System.Collections.Immutable;

namespace CopyTrack.Server.Reports;

/// <summary>How a column's cells are read and shown.</summary>
internal enum ColumnKind { Text, Count, Money, Percent, Time, Nested }

/// <summary>A column of a report: its JSON member and CSV heading, and the kind of its cells.</summary>
internal sealed record ReportColumn(string Name, ColumnKind Kind);

/// <summary>
/// One report in the shape of docs/interfaces.md §5, whatever its name and writer. Cells stand in the order of <see cref="Columns"/> and are null (unknown),
/// <see cref="string"/>, <see cref="long"/>, <see cref="decimal"/>, <see cref="DateTimeOffset"/>, <see cref="ErasedPerson"/> or, in nested columns, a <see cref="ReportNode"/>.
/// </summary>
internal sealed record Report
{
    /// <summary>Name as asked for.</summary>
    public required string Name { get; init; }

    /// <summary>What it is split by; null when it is not.</summary>
    public string? By { get; init; }

    /// <summary>What it covers.</summary>
    public required ReportPeriod Period { get; init; }

    /// <summary>Columns in order.</summary>
    public required ImmutableArray<ReportColumn> Columns { get; init; }

    /// <summary>Rows, possibly very many; enumerate once.</summary>
    public required IAsyncEnumerable<ImmutableArray<object?>> Rows { get; init; }

    /// <summary>Cells of the totals line, null where a total has no meaning; valid after <see cref="Rows"/> came to its end.</summary>
    public required Func<ImmutableArray<object?>> Totals { get; init; }

    /// <summary>Columns that stand in the totals object.</summary>
    public required ImmutableArray<string> TotalColumns { get; init; }

    /// <summary>What belongs to no one in a report about people, so that with it the totals come to the meters; null in other reports.</summary>
    public ReportNode? Unattributed { get; init; }

    /// <summary>The period that it is compared with; null when it is not.</summary>
    public ReportPeriod? Before { get; init; }

    /// <summary>True when that is only as much of a longer one as has passed of <see cref="Period"/>.</summary>
    public bool BeforeIsCut { get; init; }
}

/// <summary>Cell of somebody whose name was erased: nothing but the number is left under which their pages stay.</summary>
internal sealed record ErasedPerson(long Id);

/// <summary>A value inside a cell.</summary>
internal abstract record ReportNode
{
    private ReportNode() { }

    /// <summary>Members with a count, unknown or text each.</summary>
    internal sealed record Members(ImmutableArray<(string Name, object? Value)> Values) : ReportNode;

    /// <summary>A list; made when somebody looks at it, which for most rows of a long report nobody does.</summary>
    internal sealed record Items(Func<ImmutableArray<ReportNode>> Make) : ReportNode
    {
        private readonly Lazy<ImmutableArray<ReportNode>> values = new(Make);

        public ImmutableArray<ReportNode> Values => values.Value;
    }
}
