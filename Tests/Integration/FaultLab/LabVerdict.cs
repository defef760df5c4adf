using System.Globalization;

namespace CopyTrack.Integration.FaultLab;

/// <summary>What a run came to. Figures of several runs are added up.</summary>
internal sealed record LabVerdict
{
    public int Runs { get; set; }
    public long Steps { get; set; }
    public int Processes { get; set; }
    public int Visits { get; set; }
    public int Sessions { get; set; }

    /// <summary>Sides that people truly copied at devices that count copies.</summary>
    public long WalkUp { get; set; }

    /// <summary>Of them, those that stand under the person who made them.</summary>
    public long Right { get; set; }

    /// <summary>Of them, those that no meter can tell apart: the intervals of the ledger in which they appeared hold pages of several people.</summary>
    public long Undecidable { get; set; }

    /// <summary>Decidable sides that stand under somebody else.</summary>
    public long Wrong { get; set; }

    /// <summary>Decidable sides that stand under no one.</summary>
    public long NoOne { get; set; }

    /// <summary>Attributed sides that are not exact, at devices that count copies.</summary>
    public long Inferred { get; set; }

    /// <summary>Units that the meters moved by.</summary>
    public long Metered { get; set; }

    /// <summary>Units that stand in no entry, or in more than one.</summary>
    public long Unexplained { get; set; }

    /// <summary>Intervals with more entries of one counter than belong there.</summary>
    public int Duplicates { get; set; }

    /// <summary>Sides by cause that belong to no one.</summary>
    public SortedDictionary<string, long> Causes { get; } = [];

    /// <summary>Inferred sides by reason.</summary>
    public SortedDictionary<string, long> Reasons { get; } = [];

    /// <summary>What must not be.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>Each difference of a session, for whoever looks for its reason.</summary>
    public List<string> Differences { get; } = [];

    /// <summary>Each session with inferred sides.</summary>
    public List<string> Doubts { get; } = [];

    /// <summary>Share of decidable walk-up sides under their person.</summary>
    public double RightShare => (double)Right / Math.Max(1, WalkUp - Undecidable);

    /// <summary>Share of walk-up sides that are inferred.</summary>
    public double InferredShare => (double)Inferred / Math.Max(1, WalkUp);

    /// <summary>One line of figures.</summary>
    public string Line => string.Create(CultureInfo.InvariantCulture,
        $"runs {Runs}, steps {Steps}, server processes {Processes}, visits {Visits}, sessions {Sessions}, metered {Metered}, unexplained {Unexplained}, duplicates {Duplicates}, walk-up sides {WalkUp}, right {Right} ({RightShare:P3} of the decidable), wrong {Wrong}, to no one {NoOne}, undecidable {Undecidable} ({(double)Undecidable / Math.Max(1, WalkUp):P2}), inferred {Inferred} ({InferredShare:P2}), faults {Faults.Count}");

    /// <summary>Adds another run.</summary>
    public void Add(LabVerdict other)
    {
        Runs += other.Runs;
        Steps += other.Steps;
        Processes += other.Processes;
        Visits += other.Visits;
        Sessions += other.Sessions;
        WalkUp += other.WalkUp;
        Right += other.Right;
        Undecidable += other.Undecidable;
        Wrong += other.Wrong;
        NoOne += other.NoOne;
        Inferred += other.Inferred;
        Metered += other.Metered;
        Unexplained += other.Unexplained;
        Duplicates += other.Duplicates;
        Faults.AddRange(other.Faults);
        Differences.AddRange(other.Differences);
        foreach (var (cause, sides) in other.Causes)
        {
            Causes[cause] = Causes.GetValueOrDefault(cause) + sides;
        }

        foreach (var (reason, sides) in other.Reasons)
        {
            Reasons[reason] = Reasons.GetValueOrDefault(reason) + sides;
        }
    }
}
