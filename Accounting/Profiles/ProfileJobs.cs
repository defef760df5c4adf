using System.Collections.Immutable;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Profiles;

/// <summary>Columns of the table in which a device keeps its jobs. None of them holds the name of a document. Empty = the table has no such column.</summary>
public sealed record ProfileJobs
{
    /// <summary>A column that every job has; the arcs behind it are the job's index.</summary>
    public required ObjectIdentifier Key { get; init; }

    /// <summary>The number that the device gave the job, which grows from job to job; empty = the last arc of its index is that.</summary>
    public ObjectIdentifier Number { get; init; }

    /// <summary>Kind of the job, in the words of <see cref="Functions"/>.</summary>
    public ObjectIdentifier Function { get; init; }

    /// <summary>What came of it, in the words of <see cref="States"/>.</summary>
    public ObjectIdentifier State { get; init; }

    /// <summary>Whose job it is.</summary>
    public ObjectIdentifier User { get; init; }

    /// <summary>Sides that came out.</summary>
    public ObjectIdentifier Impressions { get; init; }

    /// <summary>Colour, in the words of <see cref="Colors"/>.</summary>
    public ObjectIdentifier Color { get; init; }

    /// <summary>When it began, in seconds since 1970.</summary>
    public ObjectIdentifier Started { get; init; }

    /// <summary>When it ended, in seconds since 1970.</summary>
    public ObjectIdentifier Ended { get; init; }

    /// <summary>Numbers of functions.</summary>
    public ImmutableDictionary<string, string> Functions { get => field ?? ImmutableDictionary<string, string>.Empty; init; }

    /// <summary>Numbers of states.</summary>
    public ImmutableDictionary<string, string> States { get => field ?? ImmutableDictionary<string, string>.Empty; init; }

    /// <summary>Numbers of colours.</summary>
    public ImmutableDictionary<string, string> Colors { get => field ?? ImmutableDictionary<string, string>.Empty; init; }
}
