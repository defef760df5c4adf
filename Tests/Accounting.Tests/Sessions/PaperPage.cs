using System.Collections.Immutable;
using CopyTrack.Accounting.Meters;

namespace CopyTrack.Accounting.Tests.Sessions;

/// <summary>What a page truly was. <see cref="Back"/> is the second side of a sheet; <see cref="Person"/> null = made without anyone at the panel.</summary>
public enum Work { Copy, Print, Scan, Service }

public sealed record PaperPage(TimeSpan Made, Work Work, bool Color, bool Large, bool Back, long? Person);

/// <summary>A kind of device: its counters, and what each page adds to each of them. The second is written by hand beside the first.</summary>
public sealed record PaperModel(string Name, BaseCounterSet Set, ImmutableArray<Func<PaperPage, int>> Adds)
{
    public override string ToString() => Name;

    private static bool Paper(PaperPage p) => p.Work is not Work.Scan;

    /// <summary>Cells of function, colour and size, large counted twice; sheets by function and size; two-sided sheets that must not count beside them.</summary>
    public static PaperModel Cells(long modulus) => new Builder("cells", modulus)
        .Add(CounterRole.Total, PageFunction.Total, CounterUnit.Equivalents, p => Paper(p) ? p.Large ? 2 : 1 : 0)
        .Add(CounterRole.Part, PageFunction.Copy, CounterUnit.Impressions, p => p is { Work: Work.Copy, Color: false, Large: false } ? 1 : 0, PageColor.Mono, PageSize.Normal)
        .Add(CounterRole.Part, PageFunction.Copy, CounterUnit.Equivalents, p => p is { Work: Work.Copy, Color: false, Large: true } ? 2 : 0, PageColor.Mono, PageSize.Large)
        .Add(CounterRole.Part, PageFunction.Copy, CounterUnit.Impressions, p => p is { Work: Work.Copy, Color: true, Large: false } ? 1 : 0, PageColor.Color, PageSize.Normal)
        .Add(CounterRole.Part, PageFunction.Copy, CounterUnit.Equivalents, p => p is { Work: Work.Copy, Color: true, Large: true } ? 2 : 0, PageColor.Color, PageSize.Large)
        .Add(CounterRole.Part, PageFunction.Print, CounterUnit.Impressions, p => p is { Work: Work.Print, Color: false, Large: false } ? 1 : 0, PageColor.Mono, PageSize.Normal)
        .Add(CounterRole.Part, PageFunction.Print, CounterUnit.Equivalents, p => p is { Work: Work.Print, Color: false, Large: true } ? 2 : 0, PageColor.Mono, PageSize.Large)
        .Add(CounterRole.Part, PageFunction.Print, CounterUnit.Impressions, p => p is { Work: Work.Print, Color: true, Large: false } ? 1 : 0, PageColor.Color, PageSize.Normal)
        .Add(CounterRole.Part, PageFunction.Print, CounterUnit.Equivalents, p => p is { Work: Work.Print, Color: true, Large: true } ? 2 : 0, PageColor.Color, PageSize.Large)
        .Add(CounterRole.Facet, PageFunction.Copy, CounterUnit.Sheets, p => p is { Work: Work.Copy, Large: false, Back: false } ? 1 : 0, size: PageSize.Normal)
        .Add(CounterRole.Facet, PageFunction.Copy, CounterUnit.Sheets, p => p is { Work: Work.Copy, Large: true, Back: false } ? 1 : 0, size: PageSize.Large)
        .Add(CounterRole.Facet, PageFunction.Print, CounterUnit.Sheets, p => p is { Work: Work.Print, Large: false, Back: false } ? 1 : 0, size: PageSize.Normal)
        .Add(CounterRole.Facet, PageFunction.Print, CounterUnit.Sheets, p => p is { Work: Work.Print, Large: true, Back: false } ? 1 : 0, size: PageSize.Large)
        .Add(CounterRole.Facet, PageFunction.Total, CounterUnit.Sheets, p => Paper(p) && p is { Large: false, Back: true } ? 1 : 0, size: PageSize.Normal, sides: PageSides.Duplex)
        .Add(CounterRole.Facet, PageFunction.Total, CounterUnit.Sheets, p => Paper(p) && p is { Large: true, Back: true } ? 1 : 0, size: PageSize.Large, sides: PageSides.Duplex)
        .Add(CounterRole.Part, PageFunction.Scan, CounterUnit.Scans, p => p.Work == Work.Scan ? 1 : 0)
        .Build();

    /// <summary>Function and colour; large by function and colour; two-sided sides over all functions.</summary>
    public static PaperModel Colors(long modulus) => new Builder("colors", modulus)
        .Add(CounterRole.Part, PageFunction.Copy, CounterUnit.Impressions, p => p is { Work: Work.Copy, Color: false } ? 1 : 0, PageColor.Mono)
        .Add(CounterRole.Part, PageFunction.Copy, CounterUnit.Impressions, p => p is { Work: Work.Copy, Color: true } ? 1 : 0, PageColor.Color)
        .Add(CounterRole.Part, PageFunction.Print, CounterUnit.Impressions, p => p is { Work: Work.Print, Color: false } ? 1 : 0, PageColor.Mono)
        .Add(CounterRole.Part, PageFunction.Print, CounterUnit.Impressions, p => p is { Work: Work.Print, Color: true } ? 1 : 0, PageColor.Color)
        .Add(CounterRole.Facet, PageFunction.Copy, CounterUnit.Impressions, p => p is { Work: Work.Copy, Color: false, Large: true } ? 1 : 0, PageColor.Mono, PageSize.Large)
        .Add(CounterRole.Facet, PageFunction.Copy, CounterUnit.Impressions, p => p is { Work: Work.Copy, Color: true, Large: true } ? 1 : 0, PageColor.Color, PageSize.Large)
        .Add(CounterRole.Facet, PageFunction.Print, CounterUnit.Impressions, p => p is { Work: Work.Print, Color: false, Large: true } ? 1 : 0, PageColor.Mono, PageSize.Large)
        .Add(CounterRole.Facet, PageFunction.Print, CounterUnit.Impressions, p => p is { Work: Work.Print, Color: true, Large: true } ? 1 : 0, PageColor.Color, PageSize.Large)
        .Add(CounterRole.Facet, PageFunction.Total, CounterUnit.Impressions, p => Paper(p) && p.Back ? 2 : 0, sides: PageSides.Duplex)
        .Add(CounterRole.Total, PageFunction.Total, CounterUnit.Impressions, p => Paper(p) ? 1 : 0)
        .Add(CounterRole.Part, PageFunction.Scan, CounterUnit.Scans, p => p.Work == Work.Scan ? 1 : 0)
        .Build();

    /// <summary>Function and colour in equivalents, large facets in equivalents, sheets over all functions.</summary>
    public static PaperModel Doubles(long modulus) => new Builder("doubles", modulus)
        .Add(CounterRole.Total, PageFunction.Total, CounterUnit.Equivalents, p => Paper(p) ? p.Large ? 2 : 1 : 0)
        .Add(CounterRole.Part, PageFunction.Copy, CounterUnit.Equivalents, p => p is { Work: Work.Copy, Color: false } ? p.Large ? 2 : 1 : 0, PageColor.Mono)
        .Add(CounterRole.Part, PageFunction.Copy, CounterUnit.Equivalents, p => p is { Work: Work.Copy, Color: true } ? p.Large ? 2 : 1 : 0, PageColor.Color)
        .Add(CounterRole.Part, PageFunction.Print, CounterUnit.Equivalents, p => p.Work == Work.Print && !p.Color ? p.Large ? 2 : 1 : 0, PageColor.Mono)
        .Add(CounterRole.Part, PageFunction.Print, CounterUnit.Equivalents, p => p.Work == Work.Print && p.Color ? p.Large ? 2 : 1 : 0, PageColor.Color)
        .Add(CounterRole.Facet, PageFunction.Copy, CounterUnit.Equivalents, p => p is { Work: Work.Copy, Color: false, Large: true } ? 2 : 0, PageColor.Mono, PageSize.Large)
        .Add(CounterRole.Facet, PageFunction.Copy, CounterUnit.Equivalents, p => p is { Work: Work.Copy, Color: true, Large: true } ? 2 : 0, PageColor.Color, PageSize.Large)
        .Add(CounterRole.Facet, PageFunction.Print, CounterUnit.Equivalents, p => p is { Work: Work.Print, Color: false, Large: true } ? 2 : 0, PageColor.Mono, PageSize.Large)
        .Add(CounterRole.Facet, PageFunction.Print, CounterUnit.Equivalents, p => p is { Work: Work.Print, Color: true, Large: true } ? 2 : 0, PageColor.Color, PageSize.Large)
        .Add(CounterRole.Facet, PageFunction.Total, CounterUnit.Sheets, p => Paper(p) && !p.Back ? 1 : 0)
        .Add(CounterRole.Part, PageFunction.Scan, CounterUnit.Scans, p => p.Work == Work.Scan ? 1 : 0)
        .Build();

    /// <summary>One counter for everything.</summary>
    public static PaperModel TotalOnly(long modulus) => new Builder("total only", modulus)
        .Add(CounterRole.Total, PageFunction.Total, CounterUnit.Impressions, p => Paper(p) ? 1 : 0)
        .Build();

    public static PaperModel[] All(long modulus) => [Cells(modulus), Colors(modulus), Doubles(modulus), TotalOnly(modulus)];

    private sealed class Builder(string name, long modulus)
    {
        private readonly List<BaseCounter> counters = [];
        private readonly List<Func<PaperPage, int>> adds = [];

        public Builder Add(
            CounterRole role, PageFunction function, CounterUnit unit, Func<PaperPage, int> add, PageColor color = PageColor.Any,
            PageSize size = PageSize.Any, PageSides sides = PageSides.Any)
        {
            counters.Add(new BaseCounter
            {
                Index = counters.Count, Role = role, Key = new CounterKey(function, color, size, sides, unit), Modulus = modulus, Oids = [$"1.{counters.Count}"],
            });
            adds.Add(add);
            return this;
        }

        public PaperModel Build() => new(name, new BaseCounterSet { Profile = name, ProfileVersion = 1, Counters = [.. counters] }, [.. adds]);
    }
}
