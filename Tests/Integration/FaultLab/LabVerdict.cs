using System.Globalization;

namespace CopyTrack.Integration.FaultLab;

/// <summary>What a run came to. Figures of several runs are added up.</summary>
internal sealed record LabVerdict
{
    public int Runs { get; set; }
    public long Steps { get; set; }
    public long Operations { get; set; }
    public int Processes { get; set; }
    public int Visits { get; set; }
    public int Sessions { get; set; }

    /// <summary>Sides that people truly copied at devices that count copies.</summary>
    public long WalkUp { get; set; }

    /// <summary>Of them, those that stand under the person who made them.</summary>
    public long Right { get; set; }

    /// <summary>Of them, those that no meter can tell apart (docs/adr/0021-decidable-pages.md): several people were at the panel between the two readings between which they appeared.</summary>
    public long Undecidable { get; set; }

    /// <summary>Undecidable sides that stand under somebody else, or under no one.</summary>
    public long Astray { get; set; }

    /// <summary>Decidable sides that stand under somebody else.</summary>
    public long Wrong { get; set; }

    /// <summary>Decidable sides that stand under no one.</summary>
    public long NoOne { get; set; }

    /// <summary>Decidable sides that were made while the terminal worked without the server.</summary>
    public long Offline { get; set; }

    /// <summary>Attributed decidable sides that are not exact, at devices that count copies, but for those of offline logins.</summary>
    public long Inferred { get; set; }

    /// <summary>The same of offline logins: the ledger calls all of them inferred, for it believes a terminal.</summary>
    public long InferredOffline { get; set; }

    /// <summary>The same of undecidable ones.</summary>
    public long InferredShared { get; set; }

    /// <summary>Units that the meters moved by.</summary>
    public long Metered { get; set; }

    /// <summary>Units that stand in no entry, or in more than one.</summary>
    public long Unexplained { get; set; }

    /// <summary>Intervals with more entries of one counter than belong there.</summary>
    public int Duplicates { get; set; }

    /// <summary>Receipts that are kept.</summary>
    public int Receipts { get; set; }

    /// <summary>Receipts that came again and were answered as known.</summary>
    public int ReceiptsAgain { get; set; }

    /// <summary>Receipts by what became of them.</summary>
    public SortedDictionary<string, long> ReceiptStates { get; } = [];

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

    /// <summary>Walk-up sides that the meters can decide.</summary>
    public long Decidable => WalkUp - Undecidable;

    /// <summary>Share of decidable walk-up sides under their person; a page that somebody got who did not make it counts as well as one that its maker lacks.</summary>
    public double RightShare => 1 - ((double)Math.Max(Wrong, NoOne) / Math.Max(1, Decidable));

    /// <summary>Share of decidable walk-up sides that are inferred, those of offline logins in it.</summary>
    public double InferredShare => (double)(Inferred + InferredOffline) / Math.Max(1, Decidable);

    /// <summary>One line of figures.</summary>
    public string Line => string.Create(CultureInfo.InvariantCulture,
        $"runs {Runs}, steps {Steps}, storage operations {Operations}, server processes {Processes}, visits {Visits}, sessions {Sessions}, metered {Metered}, unexplained {Unexplained}, duplicates {Duplicates}, walk-up sides {WalkUp}, right {Right}, decidable {Decidable}, of them under their person {RightShare:P3} (too many {Wrong}, lacking {NoOne}), inferred {Inferred + InferredOffline} ({InferredShare:P2}), of them of offline logins {InferredOffline} (of {Offline}), undecidable {Undecidable} ({(double)Undecidable / Math.Max(1, WalkUp):P2}), of them astray {Astray}, inferred {InferredShared}, receipts {Receipts} ({string.Join(", ", ReceiptStates.Select(s => $"{s.Key} {s.Value}"))}; again {ReceiptsAgain}), faults {Faults.Count}");

    /// <summary>Adds another run.</summary>
    public void Add(LabVerdict other)
    {
        Runs += other.Runs;
        Steps += other.Steps;
        Operations += other.Operations;
        Processes += other.Processes;
        Visits += other.Visits;
        Sessions += other.Sessions;
        WalkUp += other.WalkUp;
        Right += other.Right;
        Undecidable += other.Undecidable;
        Wrong += other.Wrong;
        NoOne += other.NoOne;
        Astray += other.Astray;
        Inferred += other.Inferred;
        InferredShared += other.InferredShared;
        Offline += other.Offline;
        InferredOffline += other.InferredOffline;
        Metered += other.Metered;
        Unexplained += other.Unexplained;
        Duplicates += other.Duplicates;
        Receipts += other.Receipts;
        ReceiptsAgain += other.ReceiptsAgain;
        Faults.AddRange(other.Faults);
        Differences.AddRange(other.Differences);
        foreach (var (cause, sides) in other.Causes)
        {
            Causes[cause] = Causes.GetValueOrDefault(cause) + sides;
        }

        foreach (var (state, count) in other.ReceiptStates)
        {
            ReceiptStates[state] = ReceiptStates.GetValueOrDefault(state) + count;
        }

        foreach (var (reason, sides) in other.Reasons)
        {
            Reasons[reason] = Reasons.GetValueOrDefault(reason) + sides;
        }
    }
}
