using System.Collections.Immutable;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Web.Tables;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

/// <summary>Which columns of wide tables are seen before anybody asks for all.</summary>
internal sealed class MainColumnsTests
{
    private static readonly ImmutableArray<ReportColumn> s_reads = FleetTables.ColumnsOf("meter-reads");

    [Test]
    public void Meter_reads_show_differences_and_fold_what_they_are_made_of()
    {
        string[] seen = Seen(s_reads, null, _ => false);
        Assert.That(seen, Does.Contain("device").And.Contain("first").And.Contain("last").And.Contain("delta").And.Contain("monoDelta").And.Contain("flags"));
        Assert.That(seen, Does.Not.Contain("monoFirst").And.Not.Contain("faxesLastOffset"));
        Assert.That(seen.Length, Is.LessThan(s_reads.Length / 2));
    }

    [Test]
    public void Columns_of_nothing_are_folded_but_one_that_the_table_is_sorted_by_is_seen()
    {
        Assert.That(Seen(s_reads, null, i => s_reads[i].Name == "scansDelta"), Does.Not.Contain("scansDelta").And.Contain("faxesDelta"));
        Assert.That(Seen(s_reads, "scansDelta", i => s_reads[i].Name == "scansDelta"), Does.Contain("scansDelta"));
        Assert.That(Seen(s_reads, "monoLastOffset", _ => true), Does.Contain("monoLastOffset"));
    }

    [Test]
    public void Table_that_fits_is_left_alone_and_one_that_compares_shows_changes()
    {
        ImmutableArray<ReportColumn> few = FleetTables.ColumnsOf("supplies");
        Assert.That(Seen(few, null, _ => true), Has.Length.EqualTo(few.Length));
        string[] names = ["name", "jobs", "impressions", "mono", "color", "unknownColor", "normal", "large", "sheets", "duplexShare", "unknownSides", "cost"];
        Assert.That(Seen(Columns(names), null, _ => false), Is.EqualTo(new[] { "name", "jobs", "impressions", "mono", "color", "unknownColor", "large", "duplexShare", "unknownSides", "cost" }));
        Assert.That(Seen(Columns([.. names, "impressionsBefore", "costChange"]), null, _ => false), Is.EqualTo(new[] { "name", "jobs", "impressions", "cost", "impressionsBefore", "costChange" }));
    }

    private static ImmutableArray<ReportColumn> Columns(string[] names) => [.. names.Select(n => new ReportColumn(n, ColumnKind.Count))];

    private static string[] Seen(ImmutableArray<ReportColumn> columns, string? sort, Func<int, bool> isEmpty) =>
        [.. MainColumns.Of(columns, [.. Enumerable.Range(0, columns.Length)], sort, isEmpty).Select(i => columns[i].Name)];
}
