using System.Collections.Immutable;

namespace CopyTrack.Server.Imports;

/// <summary>One record of a CSV file. <see cref="Line"/> is the physical line where it begins, the first being 1.</summary>
public abstract record CsvRecord(int Line)
{
    /// <summary>A well-formed record.</summary>
    public sealed record Good(int Line, ImmutableArray<string> Cells) : CsvRecord(Line);

    /// <summary>A record that breaks RFC 4180, the limits, or UTF-8; the reason contains nothing of it.</summary>
    public sealed record Bad(int Line, string Reason) : CsvRecord(Line);
}
