using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;
using System.Text.RegularExpressions;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Export;
using CopyTrack.TestKit.Pictures;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Reports;

/// <summary>Reports printed by a real browser, read back by poppler.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class PdfTests
{
    private static readonly DateTimeOffset s_at = new(2026, 4, 1, 6, 0, 0, TimeSpan.Zero);
    private static readonly ReportOptions s_options = new() { TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin") };

    private const int PerInch = 80;

    /// <summary>The colour of bars on paper.</summary>
    private static readonly (byte, byte, byte) s_ink = (0x17, 0x61, 0x4f);

    private static PdfOptions Browser => new() { Browser = "/usr/bin/chromium", Sandbox = false };

    [Test]
    public async Task Report_is_printed_with_its_rows_chart_totals_and_working_and_runs_nothing()
    {
        string html = new ReportDocument(EnglishWords.Instance, s_options).Html(View(120), "March <script>alert('x')</script>", s_at);
        Assert.That(html, Does.Not.Contain("<script").And.Contain("default-src 'none'"));
        using PdfPrinter printer = new(Browser);
        byte[] pdf = await printer.PrintAsync(html, default);

        Assert.That(Encoding.ASCII.GetString(pdf, 0, 5), Is.EqualTo("%PDF-"));
        string text = await TextAsync(pdf);
        Assert.That(text, Does.Contain("March <script>alert('x')</script>").And.Contain("User 119").And.Contain("Simplex or duplex").And.Contain("unknown").And.Contain("Total").And.Contain("CO₂e"));
        string[] pages = text.Split('\f')[..^1];
        Assert.That(pages, Has.Length.InRange(2, 12));
        Assert.That(pages.Select((page, i) => Regex.IsMatch(page, $"\\b{i + 1} ?/ ?{pages.Length}\\b")), Is.All.True, "each page has its number");
        Assert.That(Directory.GetDirectories(Path.GetTempPath(), "copytrack-pdf-*").Where(d => Directory.GetCreationTimeUtc(d) > DateTime.UtcNow.AddSeconds(-5)), Is.Empty, "its folder is gone");
    }

    [Test]
    public async Task Printed_report_looks_like_one_across_on_paper_with_bars_as_long_as_their_numbers()
    {
        using PdfPrinter printer = new(Browser);
        string file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, await printer.PrintAsync(new ReportDocument(EnglishWords.Instance, s_options).Html(View(120), null, s_at), default));
        IReadOnlyList<PaperPicture> pages = await PaperPicture.OfAsync(file, PerInch);
        File.Delete(file);

        Assert.That(pages, Has.Count.InRange(2, 12));
        foreach (PaperPicture page in pages)
        {
            Assert.That(page.Width, Is.EqualTo(PerInch * 297 / 25.4).Within(2), "A4 across");
            Assert.That(page.Width / (double)page.Height, Is.EqualTo(297.0 / 210).Within(0.01), "A4 across");
            Assert.That(page.Inked, Is.InRange(0.01, 0.5), "neither empty nor black");
        }

        IReadOnlyList<(int Left, int Length, int Top)> bars = pages[0].Bars(s_ink, PerInch / 20);
        Assert.That(bars, Has.Count.EqualTo(12), "the twelve largest");
        Assert.That(bars.Select(b => b.Left), Is.All.EqualTo(bars[0].Left).Within(1), "they begin below each other");
        Assert.That(bars[0].Left, Is.InRange(pages[0].Width / 5, pages[0].Width / 2), "right of the names");
        for (int i = 0; i < bars.Count; i++)
        {
            Assert.That(bars[i].Length / (double)bars[0].Length, Is.EqualTo((500 - i) / 500.0).Within(0.01), $"bar {i} tells {500 - i}");
        }

        Assert.That(pages.Skip(1).SelectMany(p => p.Bars(s_ink, PerInch / 20)), Is.Empty, "the chart is on the first page");
    }

    [Test]
    public async Task List_of_the_fleet_is_printed_up_to_its_bound_and_says_what_is_left_out()
    {
        const int Rows = ReportFiles.MostPrinted + 7;
        ImmutableArray<ReportColumn> columns = [new("device", ColumnKind.Text), new("site", ColumnKind.Text), new("readingAt", ColumnKind.Time)];
        Report list = new()
        {
            Name = "devices", Period = ReportSpans.Between(new DateOnly(2026, 3, 1), new DateOnly(2026, 3, 31), s_options.TimeZone), Columns = columns, TotalColumns = [], Totals = () => [null, null, null],
            Rows = Enumerable.Range(0, Rows).Select(i => ImmutableArray.Create<object?>($"Printer <b>{i}</b>", i == 0 ? "Halle West" : null, s_at)).ToAsyncEnumerable(),
        };
        using PdfPrinter printer = new(Browser);
        ReportFile file = await new ListFiles(printer, s_options, TimeProvider.System).OpenAsync(list, "pdf", EnglishWords.Instance, null, default);
        using MemoryStream written = new();
        await file.WriteAsync(written, default);
        Assert.That((file.ContentType, file.Name.EndsWith(".pdf", StringComparison.Ordinal)), Is.EqualTo(("application/pdf", true)));
        string text = await TextAsync(written.ToArray());
        Assert.That(text, Does.Contain("Printer <b>0</b>").And.Contain("Halle West").And.Contain($"Printer <b>{ReportFiles.MostPrinted - 1}</b>").And.Not.Contain($"Printer <b>{ReportFiles.MostPrinted}</b>"));
        Assert.That(text, Does.Match("of 2,?007 rows are shown"));
    }

    [Test]
    public async Task Forty_columns_stand_whole_on_paper_in_the_reader_s_words()
    {
        ImmutableArray<ReportColumn> columns = [new("device", ColumnKind.Text), new("state", ColumnKind.Text), .. Enumerable.Range(3, 38).Select(i => new ReportColumn($"Column{i}", ColumnKind.Count))];
        Report list = new()
        {
            Name = "devices", Period = ReportSpans.Between(new DateOnly(2026, 3, 1), new DateOnly(2026, 3, 31), s_options.TimeZone), Columns = columns, TotalColumns = [], Totals = () => [],
            Rows = new[] { ImmutableArray.CreateRange<object?>(["Drucker-für-Größen", "good", .. Enumerable.Range(3, 38).Select(i => (object)(1_000_000L + i))]) }.ToAsyncEnumerable(),
        };
        using PdfPrinter printer = new(Browser);
        ReportFile file = await new ListFiles(printer, s_options, TimeProvider.System).OpenAsync(list, "pdf", EnglishWords.Instance, (row, i) => row[i] is "good" ? "in Ordnung" : $"{row[i]}", default);
        using MemoryStream written = new();
        await file.WriteAsync(written, default);
        string name = Path.GetTempFileName();
        await File.WriteAllBytesAsync(name, written.ToArray());
        PaperPicture page = (await PaperPicture.OfAsync(name, PerInch)).Single();
        File.Delete(name);

        Assert.That(page.Width / (double)page.Height, Is.EqualTo(420.0 / 297).Within(0.01), "across");
        Assert.That(page.Width, Is.GreaterThan(PerInch * 297 / 25.4 + 100), "on a larger sheet");
        string text = Regex.Replace(await TextAsync(written.ToArray()), @"\s+", " ");
        Assert.That(Regex.Matches(text, @"\b10000\d\d\b"), Has.Count.EqualTo(38), "no figure is cut off or parted");
        Assert.That(text, Does.Contain("Column40").And.Contain("Drucker-für-Größen").And.Contain("in Ordnung"));
    }

    [Test]
    public async Task Browser_that_takes_too_long_is_ended_with_all_it_started()
    {
        string folder = Directory.CreateTempSubdirectory("copytrack-slow-").FullName;
        string slow = Path.Combine(folder, "browser");
        await File.WriteAllTextAsync(slow, $"#!/bin/sh\nsleep 300 &\nwait\n");
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
            File.SetUnixFileMode(slow, Everybody);
            File.SetUnixFileMode(folder, Everybody | UnixFileMode.UserWrite);
        }

        using PdfPrinter printer = new(new PdfOptions { Browser = slow, Longest = TimeSpan.FromSeconds(1) });
        Stopwatch watch = Stopwatch.StartNew();
        Assert.That(() => printer.PrintAsync("<p>x</p>", default), Throws.TypeOf<PdfException>().With.Message.Contains("longer than 1 s"));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
        Directory.Delete(folder, true);
    }

    [Test]
    public void Missing_and_failing_browsers_are_told_with_what_to_do()
    {
        using PdfPrinter off = new(new PdfOptions());
        Assert.That(() => off.PrintAsync("", default), Throws.TypeOf<PdfException>().With.Message.Contains("Reports:Browser"));
        using PdfPrinter gone = new(new PdfOptions { Browser = "/no/such/browser" });
        Assert.That(() => gone.PrintAsync("", default), Throws.TypeOf<PdfException>().With.Message.Contains("is not there"));
        using PdfPrinter fails = new(new PdfOptions { Browser = "/bin/false" });
        Assert.That(() => fails.PrintAsync("", default), Throws.TypeOf<PdfException>().With.Message.Contains("status 1"));
    }

    private static ReportView View(int users)
    {
        ImmutableArray<ReportColumn> columns =
        [
            new("key", ColumnKind.Text), new("name", ColumnKind.Text), new("jobs", ColumnKind.Count), new("impressions", ColumnKind.Count), new("sheets", ColumnKind.Count),
            new("unknownSides", ColumnKind.Count), new("large", ColumnKind.Count), new("cost", ColumnKind.Money),
        ];
        ImmutableArray<ImmutableArray<object?>> rows = [.. Enumerable.Range(0, users).Select(i => ImmutableArray.Create<object?>($"u{i}", $"User {i}", 1L, 500L - i, null, 500L - i, 0L, 1.25m))];
        ImmutableArray<object?> totals = [null, null, (long)users, 52_860L, null, 52_860L, 0L, 150m];
        return new ReportView
        {
            Address = ReportAddress.Parse("name=users&period=lastMonth"), Rows = rows, Count = users, Totals = totals, Up = [new Mover(rows[0].SetItem(1, "<b>Riser</b>"), 20, 1)], Down = [],
            Estimate = ReportView.EstimateOf(columns, totals, new EstimateOptions()),
            Report = new Report
            {
                Name = "users", Period = ReportSpans.Between(new DateOnly(2026, 3, 1), new DateOnly(2026, 3, 31), s_options.TimeZone), Columns = columns, Rows = rows.ToAsyncEnumerable(),
                Totals = () => totals, TotalColumns = ["jobs", "impressions", "sheets", "unknownSides", "large", "cost"],
            },
        };
    }

    private static async Task<string> TextAsync(byte[] pdf)
    {
        string file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, pdf);
        using Process reader = Process.Start(new ProcessStartInfo("pdftotext", ["-layout", file, "-"]) { RedirectStandardOutput = true })!;
        string text = await reader.StandardOutput.ReadToEndAsync();
        await reader.WaitForExitAsync();
        File.Delete(file);
        return text;
    }
}
