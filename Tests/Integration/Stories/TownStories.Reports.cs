using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CopyTrack.TestKit.Pictures;
using NUnit.Framework;

namespace CopyTrack.Integration.Stories;

internal sealed partial class TownStories
{
    private const string Registry = "name=users&period=thisMonth&department=Registry";

    [Test]
    public async Task Report_of_the_month_says_in_every_file_what_the_page_and_the_copier_say()
    {
        await town.WithCopiesAsync();
        await town.Ada.GoAsync("/Reports");
        await town.Ada.ChooseAsync("Report", "Users");
        await town.Ada.ChooseAsync("Period", "this month");
        await town.Ada.UnfoldAsync("Narrow it down");
        await town.Ada.FillAsync("Department", "Registry");
        await town.Ada.PressAsync("Show");
        Assert.That(await town.Ada.PathAsync(), Does.Contain("department=Registry").And.Contain("period=thisMonth"), "the address is the view, and can be shared");
        var page = await town.Ada.TableAsync();
        Assert.That(page.Skip(1).Select(r => (r[0], r[2])), Is.EqualTo(new[] { ("Anna Adler", "11"), ("Bert Brandt", "3"), ("Total", "14") }));
        Assert.That((town.Truth("anna"), town.Truth("bert")), Is.EqualTo((11, 3)), "and the copier knows of just those");

        var json = JsonNode.Parse(await File.ReadAllTextAsync(await FileAsync("JSON", "json")))!;
        var workbook = new Workbook(await File.ReadAllBytesAsync(await FileAsync("XLSX", "xlsx")));
        AssertSame(workbook, json);
        Assert.That(json["rows"]!.AsArray().Select(r => (r!["name"]!.GetValue<string>(), r["impressions"]!.GetValue<long>(), r["cost"]!.GetValue<decimal>())),
            Is.EqualTo(new[] { ("Anna Adler", 11L, 0.44m), ("Bert Brandt", 3L, 0.45m) }));
        foreach (var row in json["rows"]!.AsArray())
        {
            var ledger = await town.Site.ScalarAsync($"select sum(u.impressions) from usage_month u join person p on p.id = u.person_id where p.user_name = '{row!["key"]!.GetValue<string>()}'");
            Assert.That(row["impressions"]!.GetValue<long>(), Is.EqualTo(ledger));
        }

        Assert.That(workbook.Sheets["About"].Select(r => (r[0], r[1])), Has.Member(("Department", "Registry")), "the file says what it was narrowed to");
        Assert.That(workbook.Formulas, Is.Not.Empty.And.All.StartsWith("SUBTOTAL(109,"));

        var pdf = await FileAsync("PDF", "pdf");
        Assert.That(await Paper.PagesAsync(pdf), Is.EqualTo(1));
        var paper = (await PaperPicture.OfAsync(pdf, 80)).Single();
        Assert.That(paper.Inked, Is.InRange(0.005, 0.5), "neither empty nor black");
        var bars = paper.Bars((0x17, 0x61, 0x4f), 4);
        Assert.That(bars, Has.Count.EqualTo(2), "one for each");
        Assert.That(bars[1].Length / (double)bars[0].Length, Is.EqualTo(3.0 / 11).Within(0.01), "as long as their pages");
        Assert.That(bars[1].Left, Is.EqualTo(bars[0].Left).Within(1));
        Assert.That(await Paper.TextAsync(pdf), Does.Match("Anna Adler .*\\b11\\b").And.Match("Bert Brandt .*\\b3\\b").And.Match("Total .*\\b14\\b").And.Contain(DateTime.UtcNow.ToString("MMMM yyyy", CultureInfo.InvariantCulture)).And.Contain("Registry"));
        await town.Site.GoodAsync("audit", "--full");
    }

    [Test]
    public async Task What_somebody_kept_comes_by_mail_with_its_files()
    {
        await town.WithCopiesAsync();
        var mail = await OpenedMail.OfAsync(await town.MailAsync());
        // The mail is there a moment before the server has written down that it went.
        string[][] told;
        var patience = Stopwatch.StartNew();
        do
        {
            await town.Ada.GoAsync("/SavedReports");
            told = await town.Ada.TableAsync("What became of them");
        }
        while (told[1][2] == "is being made" && patience.Elapsed < TimeSpan.FromSeconds(10));

        Assert.That(told[1][1..3], Is.EqualTo(new[] { "Registry this month", "mailed" }));
        await town.Ada.PressAsync("End it", section: "Mailed by schedule");
        Assert.That(await town.Ada.TextAsync(), Does.Contain("Are you sure?"), "and nothing has ended yet");
        await town.Ada.PressAsync("Yes, do it");
        Assert.That(await town.Ada.TextAsync(), Does.Contain("It is mailed no more."));

        var month = DateTime.UtcNow.ToString("MMMM yyyy", CultureInfo.InvariantCulture);
        Assert.That((mail.From, mail.To, mail.Subject), Is.EqualTo(("CopyTrack <copytrack@box.test>", "boss@box.test", $"Registry this month: {month}")));
        Assert.That(mail.Plain, Does.Contain("Anna Adler: 11").And.Contain("Bert Brandt: 3").And.Contain("https://copytrack.town.test/Reports?" + Registry));
        Assert.That(mail.Html, Does.Contain("Anna Adler").And.Contain("bgcolor=").And.Not.Contain("Cora"), "with a chart of bars");
        Assert.That(mail.Attachments.Keys.Select(Path.GetExtension), Is.EquivalentTo(new[] { ".xlsx", ".pdf", ".csv" }));

        var now = JsonNode.Parse((await town.Ada.FetchAsync("/Reports/users.json?" + Registry)).Text)!;
        AssertSame(new Workbook(mail.Attachments.Single(a => a.Key.EndsWith(".xlsx", StringComparison.Ordinal)).Value), now);
        var csv = Encoding.UTF8.GetString(mail.Attachments.Single(a => a.Key.EndsWith(".csv", StringComparison.Ordinal)).Value);
        Assert.That(csv, Does.Contain("anna.adler,Anna Adler,").And.Contain("bert.brandt,Bert Brandt,").And.Not.Contain("cora"));
        var pdf = town.Site.Write("mailed.pdf", "");
        await File.WriteAllBytesAsync(pdf, mail.Attachments.Single(a => a.Key.EndsWith(".pdf", StringComparison.Ordinal)).Value);
        Assert.That(await Paper.TextAsync(pdf), Does.Match("Anna Adler .*\\b11\\b").And.Contain("Registry this month"));
    }

    /// <summary>Cell by cell: what the workbook shows is what the JSON of the same report says, types and order included.</summary>
    private static void AssertSame(Workbook workbook, JsonNode json)
    {
        var sheet = workbook.Sheets["Report"];
        var rows = json["rows"]!.AsArray().Select(r => r!.AsObject()).ToArray();
        Assert.That(sheet, Has.Length.EqualTo(rows.Length + 2), "a heading, the rows, a total");
        for (var i = 0; i < rows.Length; i++)
        {
            var expected = rows[i].Select(m => m.Value?.GetValueKind() switch
            {
                null => null,
                System.Text.Json.JsonValueKind.Number => (object)m.Value.GetValue<decimal>(),
                _ => m.Value.GetValue<string>(),
            });
            Assert.That(sheet[i + 1].Concat(Enumerable.Repeat<object?>(null, rows[i].Count - sheet[i + 1].Length)), Is.EqualTo(expected), $"row {i + 2}");
            Assert.That(sheet[0], Has.Length.EqualTo(rows[i].Count));
        }

        var names = rows[0].Select(m => m.Key).ToArray();
        foreach (var (name, total) in json["totals"]!.AsObject().Where(t => t.Value?.GetValueKind() == System.Text.Json.JsonValueKind.Number))
        {
            Assert.That(sheet[^1][Array.IndexOf(names, name)], Is.EqualTo(total!.GetValue<decimal>()), "total of " + name);
        }
    }

    /// <summary>Takes a file of the report that is open, by its link; returns where it is.</summary>
    private async Task<string> FileAsync(string link, string extension)
    {
        var to = town.Site.Write("month." + extension, "");
        Assert.That(await town.Ada.DownloadAsync(to, link), Does.Match($"^users-[0-9-]+\\.{extension}$"));
        return to;
    }
}
