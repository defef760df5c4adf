using CopyTrack.Server.Reports.Export;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Reports;

/// <summary>How tables of many columns are fitted to paper.</summary>
internal sealed class PrintSheetTests
{
    [TestCase(4, "A4 landscape")]
    [TestCase(22, "A3 landscape")]
    [TestCase(40, "594mm 420mm")]
    public void Letters_shrink_first_and_then_the_sheet_grows_so_that_all_columns_stand_on_it(int columns, string paper)
    {
        PrintSheet sheet = Sheet(columns);
        Assert.That(sheet.Paper, Is.EqualTo(paper));
        Assert.That(sheet.Points, Is.InRange(4, 8), "people can read it");
        double width = paper switch { "A4 landscape" => 297, "A3 landscape" => 420, _ => 594 };
        Assert.That(sheet.Columns.Sum(c => c.Needs + 1) * sheet.Points, Is.LessThanOrEqualTo((width - 24) / 25.4 * 72), "nothing is cut off");
        Assert.That(sheet.Css, Does.Contain($"size: {paper} ").And.Contain("font-size: "));
    }

    [Test]
    public void Few_columns_have_the_largest_letters_and_long_texts_wrap()
    {
        PrintSheet sheet = PrintSheet.Of([("Name", false), ("Seiten", true)], [[new string('ü', 300), "1.234.567"], ["", ""]]);
        Assert.That((sheet.Points, sheet.Columns[0].Needs), Is.EqualTo((8.0, 14.0)));
        Assert.That(sheet.Attribute(0), Is.EqualTo(" style=\"min-width:15em\""));
        Assert.That(sheet.Attribute(1), Is.Empty, "figures are never broken");
        Assert.That(sheet.Columns[1].Needs, Is.GreaterThan(5));
    }

    [TestCase("Kyocera-Reception", 20, "Kyocera-Reception")]
    [TestCase("WWWWWWWWWWWWWWWWWWWWWWWWWWWWWW", 10, "WWWWWWWWW…")]
    [TestCase("iiiiiiiiiiiiiiiiiiiiiiiiiiiiii", 10, "iiiiiiiiiiiiiiiiiiiiiiiiii…")]
    [TestCase("aa \U0001F5A8\U0001F5A8\U0001F5A8\U0001F5A8\U0001F5A8\U0001F5A8", 7, "aa \U0001F5A8\U0001F5A8…")]
    [TestCase("", 1, "")]
    public void Names_before_bars_are_cut_by_their_width_and_never_within_a_letter(string name, double width, string expected) => Assert.That(PrintSheet.Cut(name, width), Is.EqualTo(expected));

    private static PrintSheet Sheet(int columns) =>
        PrintSheet.Of([("Gerät", false), .. Enumerable.Range(1, columns - 1).Select(i => ("Schwarzweiß unbekannt", true))], [["Kyocera-Reception", .. Enumerable.Repeat("unbekannt", columns - 1)]]);
}
