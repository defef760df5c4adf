using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml.Linq;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Export;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Reports;

/// <summary>Files for spreadsheets: what stands in them is what was reported, and nothing runs.</summary>
internal sealed class ExportTests
{
    private static readonly XNamespace s_main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private static readonly DateTimeOffset s_at = new(2026, 3, 31, 6, 10, 40, TimeSpan.Zero);
    private static readonly string[] s_names =
        ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\uFF1D1", "  =1", "a,\"b\"\r\nc", "<script>alert(1)</script>&", "_x0041_", "nul\0\u0001", "half \uD800", "Ärmel 🙂", new string('x', 40_000)];

    [Test]
    public async Task Csv_runs_no_name_as_a_formula_and_can_be_read_back()
    {
        using MemoryStream file = new();
        await ReportCsv.WriteAsync(Made(s_names[..^1]), file, default);
        string text = Encoding.UTF8.GetString(file.ToArray());

        foreach (string line in text.Split("Z\r\n").Skip(1).Where(l => l.Length > 0))
        {
            Assert.That("=+-@\t".Contains(line.TrimStart('"', ' ')[0], StringComparison.Ordinal), Is.False, line);
        }

        Assert.That(text, Does.Contain("\"a,\"\"b\"\"\r\nc\""));
        Assert.That(text, Does.Contain("'=cmd|' /C calc'!A0,-5,0.38,12.50,2026-03-31T06:10:40Z\r\n"));
    }

    [Test]
    public async Task Workbook_has_typed_cells_a_filter_totals_and_no_formula_of_a_name()
    {
        using ZipArchive zip = await WorkbookAsync(new ReportXlsx(EnglishWords.Instance, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"), s_at));
        XDocument sheet = Part(zip, "xl/worksheets/sheet1.xml");
        XElement[] rows = [.. sheet.Descendants(s_main + "row")];

        Assert.That(rows, Has.Length.EqualTo(s_names.Length + 2));
        Assert.That(Cells(rows[0]), Is.EqualTo(new[] { "Key", "Pages", "Cost", "Attributed in per cent", "Time" }));
        for (int i = 0; i < s_names.Length; i++)
        {
            XElement name = rows[i + 1].Elements().First();
            Assert.That((string?)name.Attribute("t"), Is.EqualTo("inlineStr"));
            Assert.That(name.Descendants(s_main + "f"), Is.Empty);
            Assert.That(Unescaped(name.Value), Is.EqualTo(Kept(s_names[i])));
        }

        XElement[] first = [.. rows[1].Elements()];
        Assert.That(first.Skip(1).Select(c => (c.Attribute("t"), c.Value)), Is.EqualTo(new (XAttribute?, string)[] { (null, "-5"), (null, "0.38"), (null, "12.5"), (null, Serial()) }));
        string range = $"B2:B{s_names.Length + 1}";
        Assert.That(sheet.Descendants(s_main + "f").Select(f => f.Value), Is.EqualTo(new[] { $"SUBTOTAL(109,{range})", $"SUBTOTAL(109,{range.Replace('B', 'C')})" }));
        Assert.That((string?)sheet.Descendants(s_main + "autoFilter").Single().Attribute("ref"), Is.EqualTo($"A1:E{s_names.Length + 1}"));
        Assert.That(rows[^1].Elements().ElementAt(1).Element(s_main + "v")!.Value, Is.EqualTo((-5 * s_names.Length).ToString(CultureInfo.InvariantCulture)));
        Assert.That(Cells(Part(zip, "xl/worksheets/sheet2.xml").Descendants(s_main + "row").Single()), Is.EqualTo(new[] { "Report", "=1+1" }));

        static string Serial() => (new DateTime(2026, 3, 31, 8, 10, 40) - new DateTime(1899, 12, 30)).TotalDays.ToString("0.#########", CultureInfo.InvariantCulture);
    }

    [Test]
    public async Task Rows_that_do_not_fit_go_on_in_another_sheet()
    {
        using ZipArchive zip = await WorkbookAsync(new ReportXlsx(EnglishWords.Instance, TimeZoneInfo.Utc, s_at) { MostRows = 8 });
        string[] sheets = [.. Part(zip, "xl/workbook.xml").Descendants(s_main + "sheet").Select(s => (string)s.Attribute("name")!)];
        Assert.That(sheets, Is.EqualTo(new[] { "Report", "Report 2", "Report 3", "About" }));
        int rows = 0;
        for (int n = 1; n <= 3; n++)
        {
            XDocument sheet = Part(zip, $"xl/worksheets/sheet{n}.xml");
            rows += sheet.Descendants(s_main + "row").Count() - 1;
            Assert.That(sheet.Descendants(s_main + "f"), Is.Empty, "a subtotal of one sheet would not be the total");
        }

        Assert.That(rows, Is.EqualTo(s_names.Length + 1));
        Assert.That(Part(zip, "[Content_Types].xml").Descendants().Count(e => ((string?)e.Attribute("PartName"))?.Contains("sheet", StringComparison.Ordinal) == true), Is.EqualTo(4));
    }

    [Test]
    public async Task Export_takes_what_it_can_lets_some_wait_and_sends_the_rest_away()
    {
        using ExportGate gate = new(new ExportOptions { AtOnce = 2, Waiting = 3, Patience = TimeSpan.FromMinutes(1) });
        List<Task<IDisposable?>> asked = [.. Enumerable.Range(0, 1000).Select(_ => gate.EnterAsync(default))];
        IDisposable?[] answered = await Task.WhenAll(asked.Where(t => t.IsCompleted));
        Assert.That((answered.Count(p => p is not null), answered.Count(p => p is null)), Is.EqualTo((2, 995)));
        List<Task<IDisposable?>> waiting = [.. asked.Where(t => !t.IsCompleted)];
        answered.First(p => p is not null)!.Dispose();
        Task<IDisposable?> first = await Task.WhenAny(waiting);
        IDisposable? next = await first;
        Assert.That(next, Is.Not.Null);
        waiting.Remove(first);
        next!.Dispose();
        next.Dispose();
        waiting.Remove(await Task.WhenAny(waiting));
        Assert.That(waiting.Count(t => !t.IsCompleted), Is.EqualTo(1), "a place given back twice is one place");
    }

    private static Report Made(string[]? names = null) => new()
    {
        Name = "users", Period = new ReportPeriod(s_at, s_at.AddDays(1), null), Rows = (names ?? s_names).Select(n => ImmutableArray.Create<object?>(n, -5L, 0.38m, 12.5m, s_at)).ToAsyncEnumerable(),
        Totals = () => [null, -5L * s_names.Length, 0.38m * s_names.Length, null, null], TotalColumns = ["impressions", "cost"],
        Columns =
        [
            new("key", ColumnKind.Text), new("impressions", ColumnKind.Count), new("cost", ColumnKind.Money), new("attributedPercent", ColumnKind.Percent), new("at", ColumnKind.Time),
        ],
    };

    private static async Task<ZipArchive> WorkbookAsync(ReportXlsx writer)
    {
        MemoryStream file = new();
        await writer.WriteAsync(Made(), () => [("Report", "=1+1")], new AsynchronousStream(file), default);
        return new ZipArchive(new MemoryStream(file.ToArray()));
    }

    private static XDocument Part(ZipArchive zip, string name)
    {
        using Stream part = zip.GetEntry(name)!.Open();
        return XDocument.Load(part);
    }

    private static string[] Cells(XElement row) => [.. row.Elements().Select(c => c.Value)];

    /// <summary>The character escapes of ECMA-376 read back, as a spreadsheet does.</summary>
    private static string Unescaped(string text) => System.Text.RegularExpressions.Regex.Replace(
        text, "_x([0-9A-Fa-f]{4})_", m => ((char)ushort.Parse(m.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString());

    private static string Kept(string name)
    {
        string valid = string.Concat(name.Replace("\r\n", "\n", StringComparison.Ordinal).Select(c => c is '\0' or '\u0001' or '\uD800' ? '\uFFFD' : c));
        return valid.Length > 32_767 ? valid[..32_767] : valid;
    }

    /// <summary>A response's stream: it can't seek, and refuses to write in a blocking way.</summary>
    private sealed class AsynchronousStream(Stream under) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush() => throw new InvalidOperationException("a blocking flush");

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new InvalidOperationException("a blocking write");

        public override async Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => await under.WriteAsync(buffer.AsMemory(offset, count), cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => under.WriteAsync(buffer, cancellationToken);
    }
}
