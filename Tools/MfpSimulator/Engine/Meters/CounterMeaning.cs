using System.Collections.Immutable;

namespace CopyTrack.MfpSimulator.Meters;

/// <summary>What a counter counts.</summary>
internal enum Measure { Impressions, Equivalents, Sheets, Scans, Jams }

/// <summary>Which pages one counter counts, and how. Written as words, for example <c>impressions copy mono large</c>.</summary>
internal sealed record CounterMeaning
{
    public required Measure Measure { get; init; }

    /// <summary>Empty = every function.</summary>
    public ImmutableArray<JobFunction> Functions { get; init; } = [];

    /// <summary>Empty = every colour.</summary>
    public ImmutableArray<JobColor> Colors { get; init; } = [];

    /// <summary>Empty = every size.</summary>
    public ImmutableArray<PaperSize> Sizes { get; init; } = [];

    /// <summary>1 or 2: only sheets printed on that many sides; 0 = both.</summary>
    public int Sides { get; init; }

    /// <summary>True for a counter that a power cycle resets.</summary>
    public bool SincePowerOn { get; init; }

    /// <summary>Counters of one moment rise together; different moments of one sheet rise at different times.</summary>
    public int Moment => Measure switch
    {
        Measure.Scans or Measure.Jams => 4,
        Measure.Sheets => 3,
        _ when !Sizes.IsEmpty || Sides != 0 => 2,
        _ when !Functions.IsEmpty => 1,
        _ => 0,
    };

    /// <summary>Reads the words: a measure (impressions, equivalents, sheets, scans, jams), then any of copy, print, fax, scan, mono, color, full, single, two, large, small, size=NAME, onesided, twosided, poweron. Throws <see cref="FormatException"/> for others.</summary>
    public static CounterMeaning Parse(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || !Enum.TryParse<Measure>(words[0], ignoreCase: true, out var measure))
            throw new FormatException($"'{text}' does not begin with a measure.");
        return words.Skip(1).Aggregate(new CounterMeaning { Measure = measure }, (m, w) => m.With(w));
    }

    /// <summary>How much this counter rises by one unit of work.</summary>
    public int Count(WorkUnit unit)
    {
        if (Measure == Measure.Jams || unit.IsOriginal != (Measure == Measure.Scans)) return 0;
        if (!Functions.IsEmpty && !Functions.Contains(unit.Function)) return 0;
        if (!Colors.IsEmpty && !Colors.Contains(unit.Color)) return 0;
        if (!Sizes.IsEmpty && !Sizes.Contains(unit.Size)) return 0;
        if (Sides != 0 && Sides != unit.Sides) return 0;
        return Measure switch
        {
            Measure.Impressions => unit.Sides,
            Measure.Equivalents => unit.Sides * (unit.Size.CountsTwice ? 2 : 1),
            _ => 1,
        };
    }

    private CounterMeaning With(string word) => word switch
    {
        "copy" => this with { Functions = Functions.Add(JobFunction.Copy) },
        "print" => this with { Functions = Functions.Add(JobFunction.Print) },
        "scan" => this with { Functions = Functions.Add(JobFunction.Scan) },
        "fax" => this with { Functions = Functions.Add(Measure == Measure.Scans ? JobFunction.FaxSend : JobFunction.Fax) },
        "mono" => this with { Colors = Colors.Add(JobColor.Mono) },
        "full" => this with { Colors = Colors.Add(JobColor.FullColor) },
        "single" => this with { Colors = Colors.Add(JobColor.SingleColor) },
        "two" => this with { Colors = Colors.Add(JobColor.TwoColor) },
        "color" => this with { Colors = [JobColor.FullColor, JobColor.SingleColor, JobColor.TwoColor] },
        "large" => this with { Sizes = [.. PaperSize.All.Where(s => s.IsLarge)] },
        "small" => this with { Sizes = [.. PaperSize.All.Where(s => !s.IsLarge)] },
        "onesided" => this with { Sides = 1 },
        "twosided" => this with { Sides = 2 },
        "poweron" => this with { SincePowerOn = true },
        _ when word.StartsWith("size=", StringComparison.Ordinal) && PaperSize.Find(word[5..]) is { } size => this with { Sizes = Sizes.Add(size) },
        _ => throw new FormatException($"'{word}' is no word of a counter's meaning."),
    };
}

/// <summary>One OID and what it means.</summary>
internal sealed record LiveCounter(string Oid, CounterMeaning Meaning)
{
    public static LiveCounter Of(string oid, string words) => new(oid, CounterMeaning.Parse(words));
}
