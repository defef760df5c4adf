using CopyTrack.Server.Imports;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Imports;

internal sealed class CsvRecordReaderTests
{
    [Test]
    public void Records_are_read_as_rfc_4180_says() => Assert.That(
        Read("a,b,c\r\n1,\"two, with \"\"quotes\"\"\",\n\"x\r\ny\",,z\r\n\r\n\nlast,,"),
        Is.EqualTo(["1:a|b|c", "2:1|two, with \"quotes\"|", "3:x\r\ny||z", "7:last||"]));

    [Test]
    public void Lines_are_counted_physically_over_cells_of_many_lines() =>
        Assert.That(Read("h\n\"1\n2\n3\"\nx\n"), Is.EqualTo(["1:h", "2:1\n2\n3", "5:x"]));

    [Test]
    public void Quote_that_is_not_closed_costs_one_line_only() =>
        Assert.That(Read("h,i\na,\"b\nc,d\ne,f\n"), Is.EqualTo(["1:h|i", "2!the quote is not closed", "3:c|d", "4:e|f"]));

    [TestCase("a,b\"c\n1,2\n", "1!a quote inside a cell that is not quoted", "2:1|2")]
    [TestCase("\"a\"b,c\n1,2\n", "1!text after a closing quote", "2:1|2")]
    [TestCase("\"a\"\"\nb,c\n", "1!the quote is not closed", "2:b|c")]
    public void Broken_quotes_cost_one_line_only(string text, string first, string second) => Assert.That(Read(text), Is.EqualTo([first, second]));

    [Test]
    public void Cells_lines_and_counts_are_bounded()
    {
        var cell = new string('x', CsvRecordReader.MaxCell + 1);
        Assert.That(Read($"a\n{cell}\nb\n"), Has.Length.EqualTo(3).And.ItemAt(1).StartsWith("2!a cell longer").And.ItemAt(2).EqualTo("3:b"));
        Assert.That(Read($"a\n\"{cell}\"\nb\n"), Has.ItemAt(1).StartsWith("2!the quote is not closed, or").And.ItemAt(2).EqualTo("3:b"));
        Assert.That(Read("a\n" + new string(',', CsvRecordReader.MaxCells) + "\nb\n"), Has.ItemAt(1).StartsWith("2!more than 64").And.ItemAt(2).EqualTo("3:b"));
    }

    [Test]
    public void Endless_line_is_read_in_bounded_memory()
    {
        using var endless = new EndlessReader(50_000_000);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        Assert.That(new CsvRecordReader(endless).Read().Count(), Is.EqualTo(1));
        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(20_000_000));
    }

    [Test]
    public void Bytes_that_are_not_utf_8_make_one_line_bad()
    {
        byte[] bytes = [.. "name\nJ"u8, 0xFC, .. "rgen\nAnna\n"u8];
        using var text = new StreamReader(new MemoryStream(bytes));
        Assert.That(Shown(new CsvRecordReader(text)), Is.EqualTo(["1:name", "2!the line is not valid UTF-8", "3:Anna"]));
    }

    [Test]
    public void What_is_written_by_the_rules_reads_back()
    {
        var cells = Gen.Elements("", "a", "b c", "\"", "\"\"", ",", "\n", "\r\n", "\r", "ü", ";").ArrayOf(5).Select(parts => string.Concat(parts));
        Prop.ForAll(cells.ArrayOf(3).ArrayOf(4).ToArbitrary(), rows =>
        {
            var text = string.Join("\r\n", rows.Select(row => string.Join(',', row.Select(cell => $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\""))));
            using var reader = new StringReader(text);
            return new CsvRecordReader(reader).Read().Cast<CsvRecord.Good>().Select(record => string.Join('\u0001', record.Cells))
                .SequenceEqual(rows.Select(row => string.Join('\u0001', row)));
        }).QuickCheckThrowOnFailure();
    }

    [Test]
    public void Reader_never_throws_and_lines_ascend_on_noise()
    {
        var noise = Gen.Elements('a', ',', '"', '\n', '\r', ';', ' ', '\uFFFD', '\0').ArrayOf().Select(signs => new string(signs));
        Prop.ForAll(noise.ToArbitrary(), text =>
        {
            using var reader = new StringReader(text);
            var lines = new CsvRecordReader(reader).Read().Select(record => record.Line).ToList();
            return lines.Zip(lines.Skip(1)).All(pair => pair.First < pair.Second) && lines.All(line => line >= 1 && line <= text.Count(c => c == '\n') + 1);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithEndSize(60));
    }

    private static string[] Read(string text)
    {
        using var reader = new StringReader(text);
        return Shown(new CsvRecordReader(reader));
    }

    private static string[] Shown(CsvRecordReader reader) => [.. reader.Read().Select(record => record switch
    {
        CsvRecord.Good good => $"{good.Line}:{string.Join('|', good.Cells)}",
        CsvRecord.Bad bad => $"{bad.Line}!{bad.Reason}",
        _ => "?",
    })];

    private sealed class EndlessReader(int length) : TextReader
    {
        private int _left = length;

        public override int Read(char[] buffer, int index, int count)
        {
            var take = Math.Min(count, _left);
            buffer.AsSpan(index, take).Fill('x');
            _left -= take;
            return take;
        }
    }
}
