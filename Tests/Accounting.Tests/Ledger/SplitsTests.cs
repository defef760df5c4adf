using System.Collections.Immutable;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Ledger;

public sealed class SplitsTests
{
    [Test]
    public void Total_alone_tells_nothing_of_a_function() => Assert.That(
        Splits.Of(Set((CounterRole.Total, PageFunction.Total, PageColor.Any, PageSize.Any, CounterUnit.Impressions))).Select(s => (s.Function, s.Pages, s.Color)),
        Is.EqualTo(new[] { (PageFunction.Copy, false, Split.Unknown), (PageFunction.Print, false, Split.Unknown), (PageFunction.Fax, false, Split.Unknown), (PageFunction.Total, true, Split.Unknown) }));

    [Test]
    public void Facets_make_a_property_known_by_working_it_out()
    {
        var copies = Splits.Of(Set(
            (CounterRole.Part, PageFunction.Copy, PageColor.Mono, PageSize.Any, CounterUnit.Impressions), (CounterRole.Part, PageFunction.Copy, PageColor.Color, PageSize.Any, CounterUnit.Impressions),
            (CounterRole.Facet, PageFunction.Copy, PageColor.Mono, PageSize.Large, CounterUnit.Impressions), (CounterRole.Facet, PageFunction.Copy, PageColor.Any, PageSize.Any, CounterUnit.Sheets)))[0];
        Assert.That((copies.Color, copies.Size, copies.Sides), Is.EqualTo((Split.Known, Split.Unknown, Split.Derived)), "large is told of mono alone");
    }

    private static BaseCounterSet Set(params (CounterRole Role, PageFunction Function, PageColor Color, PageSize Size, CounterUnit Unit)[] counters) => new()
    {
        Profile = "x", ProfileVersion = 1,
        Counters = [.. counters.Select((c, i) => new BaseCounter { Index = i, Role = c.Role, Key = new CounterKey(c.Function, c.Color, c.Size, PageSides.Any, c.Unit), Oids = ImmutableArray<string>.Empty })],
    };
}
