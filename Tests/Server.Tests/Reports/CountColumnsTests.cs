using System.Collections.Immutable;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Server.Reports;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Reports;

/// <summary>What is told of the sheets of a row, as far as its counters agree.</summary>
internal sealed class CountColumnsTests
{
    [TestCase(4, 1, 3L, 25)]
    [TestCase(4, 4, 0L, 100)]
    [TestCase(-4, -1, -3L, 25)]
    [TestCase(1, 2, null, null)]
    [TestCase(2, -1, null, null)]
    [TestCase(-1, 1, null, null)]
    [TestCase(0, 2, null, null)]
    public void Sheets_of_one_side_and_the_share_of_duplex_are_told_where_the_counters_agree(int sheets, int duplex, long? simplex, int? share)
    {
        ImmutableArray<object?> cells = CountColumns.Cells(new PageCounts { Impressions = 5, Sheets = sheets, DuplexSheets = duplex }, "EUR");
        Assert.Multiple(() =>
        {
            Assert.That(Cell("sheets"), Is.EqualTo((long)sheets));
            Assert.That(Cell("duplexSheets"), Is.EqualTo((long)duplex));
            Assert.That(Cell("simplexSheets"), Is.EqualTo(simplex));
            Assert.That(Cell("duplexShare"), Is.EqualTo((decimal?)share));
        });

        object? Cell(string name) => cells[CountColumns.All.Select((c, i) => (c.Name, i)).First(c => c.Name == name).i];
    }
}
