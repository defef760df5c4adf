using System.Text.Encodings.Web;
using CopyTrack.Server.Web.Charts;
using CopyTrack.Server.Web.Tables;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Web;

/// <summary>Tables and charts apart from any page.</summary>
internal sealed class TableTests
{
    private static readonly (string Name, long? Pages)[] s_rows = [("Zoë", 5), ("alf 10", null), ("alf 9", 70), ("<b>", 6)];

    [TestCase("", "Zoë,alf 10,alf 9,<b>")]
    [TestCase("?sort=name", "<b>,alf 9,alf 10,Zoë")]
    [TestCase("?sort=-name", "Zoë,alf 10,alf 9,<b>")]
    [TestCase("?sort=pages", "Zoë,<b>,alf 9,alf 10")]
    [TestCase("?sort=drop%20table", "Zoë,alf 10,alf 9,<b>")]
    [TestCase("?q=ZOE", "Zoë")]
    [TestCase("?q=alf&sort=-pages", "alf 10,alf 9")]
    public void Rows_are_filtered_and_sorted_by_the_address(string query, string expected) =>
        Assert.That(string.Join(',', Rows(query).Chosen(s_rows).Select(r => r.Name)), Is.EqualTo(expected));

    [Test]
    public void Rows_written_by_hand_get_titles_for_phones_and_their_roles()
    {
        string marked = PhoneRows.Marked(
            "<thead><tr><th scope=\"col\"><a href=\"?sort=a\">Who &amp; what</a></th><th class=\"n\">Pages</th><th><span class=\"unseen\">More</span></th></tr></thead>"
            + "<tbody><tr><td>a &lt;td&gt;</td><td class=\"n\">7</td><td><form></form></td></tr><tr class=\"x\"><td colspan=\"2\">none</td><td> </td></tr></tbody>");
        Assert.That(marked, Is.EqualTo(
            "<thead role=\"rowgroup\"><tr role=\"row\"><th scope=\"col\" role=\"columnheader\"><a href=\"?sort=a\">Who &amp; what</a></th><th class=\"n\" role=\"columnheader\" scope=\"col\">Pages</th>"
            + "<th role=\"columnheader\" scope=\"col\"><span class=\"unseen\">More</span></th></tr></thead>"
            + "<tbody role=\"rowgroup\"><tr role=\"row\"><td role=\"cell\" data-th=\"Who &amp; what\">a &lt;td&gt;</td><td class=\"n\" role=\"cell\" data-th=\"Pages\">7</td><td role=\"cell\"><form></form></td></tr>"
            + "<tr class=\"x\" role=\"row\"><td colspan=\"2\" role=\"cell\">none</td><td role=\"cell\" data-none> </td></tr></tbody>"));
        Assert.That(PhoneRows.Marked("<tbody><tr><td>a</td></tr"), Is.EqualTo("<tbody role=\"rowgroup\"><tr role=\"row\"><td role=\"cell\">a</td></tr"));
    }

    [Test]
    public void Cells_are_encoded_and_links_keep_what_else_stands_in_the_address()
    {
        TableView view = Rows("?sort=name&from=2026-01-01&q=x&page=7").All(s_rows, "none");
        Assert.That(view.Rows, Is.Empty);
        Assert.That(view.Heads[0], Is.EqualTo(new TableHead("name", "Name", false, "/x?sort=-name&from=2026-01-01&q=x", "ascending")));
        Assert.That(view.Heads[1].Href, Is.EqualTo("/x?sort=-pages&from=2026-01-01&q=x"), "figures begin with the largest");
        Assert.That(view.Query.Others(), Is.EquivalentTo(new[] { KeyValuePair.Create("sort", "name"), KeyValuePair.Create("from", "2026-01-01") }));
        Assert.That(Text(Rows("").All(s_rows, "none").Rows[3][0]), Is.EqualTo("&lt;b&gt;"));
    }

    [Test]
    public void Pages_are_cut_and_numbered_and_a_page_that_is_gone_is_the_last()
    {
        (string, long?)[] many = [.. Enumerable.Range(1, 120).Select(i => ($"r{i}", (long?)i))];
        TableView second = Rows("?page=2").All(many, "none");
        Assert.That((second.From, second.Rows.Count, second.Previous, second.Next), Is.EqualTo((51L, 50, "/x", "/x?page=3")));
        TableView last = Rows("?page=99999999").All(many, "none");
        Assert.That((last.From, last.Rows.Count, last.Next), Is.EqualTo((101L, 20, (string?)null)));
        TableView slice = Rows("?after=k1").Slice(s_rows, "k2", "none");
        Assert.That((slice.Previous, slice.Next), Is.EqualTo(("/x", "/x?after=k2")));
    }

    [TestCase("")]
    [TestCase("q=7&")]
    [TestCase("q=nobody&")]
    public void Page_of_a_sorted_list_is_that_part_of_the_whole_in_order(string filter)
    {
        Random chance = new(7);
        (string, long?)[] many = [.. Enumerable.Range(1, 777).Select(i => ($"r{chance.Next(60)}{(i % 3 == 0 ? "ö" : "")}", chance.Next(4) == 0 ? null : (long?)chance.Next(9)))];
        foreach (string sort in new[] { "name", "-name", "pages", "-pages", "none" })
        {
            string[] whole = [.. Rows($"?{filter}sort={sort}").Chosen(many).Select(r => $"{r.Name} {r.Pages}")];
            for (int page = 1; page <= 17; page++)
            {
                TableView view = Rows($"?{filter}sort={sort}&page={page}").All(many, "none");
                Assert.That(view.Of, Is.EqualTo(whole.Length));
                Assert.That(view.Rows.Select(r => System.Net.WebUtility.HtmlDecode($"{Text(r[0])} {Text(r[1])}")), Is.EqualTo(whole.Skip((int)view.From - 1).Take(50)), $"{sort} {page}");
            }
        }
    }

    [TestCase("=1+1", "'=1+1")]
    [TestCase("@x", "'@x")]
    [TestCase("-cmd", "'-cmd")]
    [TestCase("-12.5", "-12.5")]
    [TestCase(" =1+1", "' =1+1")]
    [TestCase("\n=1+1", "\"'\n=1+1\"")]
    [TestCase("\t=1+1", "'\t=1+1")]
    [TestCase("\uFF1D1+1", "'\uFF1D1+1")]
    [TestCase("\uFF0B1", "'\uFF0B1")]
    [TestCase("  \uFF20x", "'  \uFF20x")]
    [TestCase("  two blanks", "  two blanks")]
    [TestCase("a,\"b\"", "\"a,\"\"b\"\"\"")]
    [TestCase(null, "")]
    public void Csv_runs_no_formula(string? text, string expected) => Assert.That(CsvAnswer.Cell(text), Is.EqualTo(expected));

    [TestCase(0, 1)]
    [TestCase(1.2, 2)]
    [TestCase(7, 10)]
    [TestCase(10, 10)]
    [TestCase(23, 25)]
    [TestCase(4321, 5000)]
    public void Chart_ends_at_a_round_number(double most, double top)
    {
        Chart chart = new() { Title = "t", Along = "Day", Labels = ["a", "b", "c"], Series = [new("s", [most, null, 0]), new("l", [most, null, most / 2], ChartForm.Line)] };
        ChartPicture picture = new(chart);
        Assert.That(chart.Top, Is.EqualTo(top));
        Assert.That(picture.Columns(0).Count(), Is.EqualTo(most > 0 ? 1 : 0));
        Assert.That(picture.Runs(1).Count(), Is.EqualTo(2), "a hole parts the line");
    }

    private static Table<(string Name, long? Pages)> Rows(string query)
    {
        DefaultHttpContext context = new();
        context.Request.Path = "/x";
        context.Request.QueryString = new QueryString(query);
        return new Table<(string Name, long? Pages)>("people", "People", TableQuery.Of(context.Request))
            .Add("name", "Name", r => r.Name, r => r.Name).AddFigure("pages", "Pages", r => r.Pages, r => r.Pages).Filtered("Find", r => r.Name);
    }

    private static string Text(IHtmlContent content)
    {
        using StringWriter writer = new();
        content.WriteTo(writer, HtmlEncoder.Default);
        return writer.ToString();
    }
}
