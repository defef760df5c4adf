using CopyTrack.Accounting.Ledger;
using CopyTrack.Server.Api;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Web.Site;

/// <summary>A counter at both borders of a session, and what of it the session was booked with; values are null where the border does not tell it.</summary>
internal sealed record CounterAtBorders(string Counter, long? Before, long? After, long Booked)
{
    /// <summary>What the counter moved by; null where it is not known.</summary>
    public long? Moved => After - Before;
}

/// <summary>What a session was booked with of one counter, from one source and as sure; entries that take others back are in it.</summary>
internal sealed record BookedPart(string Counter, string? Project, Cause Cause, EntrySource Source, Confidence Confidence, long Pages, int Entries);

/// <summary>A single entry with the name of its counter.</summary>
internal sealed record BookedEntry(string Counter, EntryLine Line);

/// <summary>One session from its login to its last correction.</summary>
internal sealed record SessionStory
{
    public required SessionView Session { get; init; }

    /// <summary>All that it was booked with, in the columns of reports.</summary>
    public required PageCounts Counts { get; init; }

    /// <summary>The last border before anything was booked to it; null where there is none, and where the meters are not for the asker.</summary>
    public ReadingRecord? Before { get; init; }

    /// <summary>The border up to which it was booked; null as <see cref="Before"/>.</summary>
    public ReadingRecord? After { get; init; }

    /// <summary>False where the meters of whole devices are not for the asker.</summary>
    public required bool HasMeters { get; init; }

    public required IReadOnlyList<CounterAtBorders> Meters { get; init; }

    public required IReadOnlyList<BookedPart> Parts { get; init; }

    /// <summary>Its entries in order, the first ones where there are very many.</summary>
    public required IReadOnlyList<BookedEntry> Entries { get; init; }

    /// <summary>How many entries there are.</summary>
    public required int EntryCount { get; init; }

    /// <summary>How many of them take others back.</summary>
    public required int TakenBack { get; init; }

    public required IReadOnlyList<ReceiptView> Receipts { get; init; }
}
