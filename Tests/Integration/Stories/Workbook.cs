using System.Globalization;
using System.IO.Compression;
using System.Xml.Linq;
using NUnit.Framework;

namespace CopyTrack.Integration.Stories;

/// <summary>A workbook as a spreadsheet program opens it: relations from the package down to the cells, shared strings, styles and formulas. Fails the test for what such a program would complain of.</summary>
internal sealed class Workbook
{
    private static readonly XNamespace s_main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private static readonly XNamespace s_relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private static readonly XNamespace s_package = "http://schemas.openxmlformats.org/package/2006/relationships";
    private static readonly XNamespace s_types = "http://schemas.openxmlformats.org/package/2006/content-types";

    private readonly Dictionary<string, XDocument> parts = [];

    /// <summary>Opens the bytes of a file.</summary>
    public Workbook(byte[] file)
    {
        using ZipArchive zip = new(new MemoryStream(file));
        foreach (var entry in zip.Entries)
        {
            using var stream = entry.Open();
            parts["/" + entry.FullName] = XDocument.Load(stream);
        }

        var types = parts["/[Content_Types].xml"].Root!;
        foreach (var name in parts.Keys.Where(n => n != "/[Content_Types].xml"))
        {
            Assert.That(
                types.Elements(s_types + "Override").Any(o => (string?)o.Attribute("PartName") == name) || types.Elements(s_types + "Default").Any(d => name.EndsWith("." + (string?)d.Attribute("Extension"), StringComparison.Ordinal)),
                Is.True, name + " has a content type");
        }

        var book = Target("/_rels/.rels", r => ((string)r.Attribute("Type")!).EndsWith("/officeDocument", StringComparison.Ordinal), "/");
        var folder = book[..(book.LastIndexOf('/') + 1)];
        Sheets = parts[book].Descendants(s_main + "sheet").ToDictionary(
            s => (string)s.Attribute("name")!, s => Rows(Target($"{folder}_rels/{book[folder.Length..]}.rels", r => (string?)r.Attribute("Id") == (string?)s.Attribute(s_relations + "id"), folder)));
    }

    /// <summary>The sheets: rows of cells, each a <see cref="string"/>, a <see cref="decimal"/>, or null where nothing stands.</summary>
    public IReadOnlyDictionary<string, object?[][]> Sheets { get; }

    /// <summary>All formulas of all sheets.</summary>
    public IEnumerable<string> Formulas => parts.Values.SelectMany(p => p.Descendants(s_main + "f")).Select(f => f.Value);

    private string Target(string relations, Func<XElement, bool> wanted, string folder)
    {
        var target = (string)parts[relations].Root!.Elements(s_package + "Relationship").Single(wanted).Attribute("Target")!;
        return target.StartsWith('/') ? target : folder + target;
    }

    private object?[][] Rows(string sheet) =>
        [.. parts[sheet].Descendants(s_main + "row").Select(row =>
        {
            List<object?> cells = [];
            foreach (var cell in row.Elements(s_main + "c"))
            {
                var at = Column((string)cell.Attribute("r")!);
                Assert.That(at, Is.GreaterThanOrEqualTo(cells.Count), "cells stand in order");
                while (cells.Count < at)
                {
                    cells.Add(null);
                }

                cells.Add((string?)cell.Attribute("t") switch
                {
                    "inlineStr" => cell.Element(s_main + "is")!.Value,
                    null or "n" => decimal.Parse(cell.Element(s_main + "v")!.Value, NumberStyles.Float, CultureInfo.InvariantCulture),
                    var other => throw new AssertionException($"a cell of type {other}"),
                });
            }

            return cells.ToArray();
        })];

    private static int Column(string reference) => reference.TakeWhile(char.IsAsciiLetterUpper).Aggregate(0, (n, c) => (n * 26) + c - 'A' + 1) - 1;
}
