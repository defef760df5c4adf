using System.Collections.Immutable;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Export;
using CopyTrack.Server.Web.Language;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Reports;

/// <summary>Whose name was erased is told so where people look, by the number under which their pages stay; files for machines keep the number alone.</summary>
internal sealed class ErasedPersonTests
{
    private const string Id = "338412345678901234";

    [Test]
    public void Somebody_without_a_name_is_told_as_erased_in_the_language_of_the_reader()
    {
        ImmutableArray<ReportColumn> columns = [new("key", ColumnKind.Text), new("name", ColumnKind.Text), new("by", ColumnKind.Text), new("byName", ColumnKind.Text), new("user", ColumnKind.Text)];
        ReportCells english = new(EnglishWords.Instance, TimeZoneInfo.Utc), german = new(new ReportLanguages(new ReportOptions { TimeZone = TimeZoneInfo.Utc }).Of("de"), TimeZoneInfo.Utc);
        ImmutableArray<object?> gone = [Id, null, Id, null, new ErasedPerson(long.Parse(Id, System.Globalization.CultureInfo.InvariantCulture))], there = ["4711", "Ada", "4711", "Ada", "4711"];
        foreach (string report in new[] { "users", "jobs" })
        {
            Report one = new() { Name = report, By = "user", Period = new ReportPeriod(default, default, null), Columns = columns, Rows = AsyncEnumerable.Empty<ImmutableArray<object?>>(), Totals = () => [], TotalColumns = [] };
            Assert.That((english.Text(one, gone, 3), english.Text(one, gone, 4)), Is.EqualTo(("Erased person " + Id, "Erased person " + Id)));
            Assert.That(german.Text(one, gone, 4), Is.EqualTo("Gelöschte Person " + Id));
            Assert.That((english.Text(one, there.SetItem(4, Id), 4), english.Text(one, there.SetItem(2, Id).SetItem(3, Id), 3)), Is.EqualTo((Id, Id)), "a user name may look like a number of ours");
            Assert.That(ReportText.Of(gone[4]), Is.EqualTo(Id), "files for machines");
            Assert.That((english.Text(one, there, 1), english.Text(one, there, 3), english.Text(one, there, 4)), Is.EqualTo(("Ada", "Ada", "4711")), "a user name may be a number");
        }

        Report users = new() { Name = "users", Period = new ReportPeriod(default, default, null), Columns = columns, Rows = AsyncEnumerable.Empty<ImmutableArray<object?>>(), Totals = () => [], TotalColumns = [] };
        Assert.That(english.Text(users, ["17", null, null, null, null], 1), Is.EqualTo("Erased person 17"));
    }
}
