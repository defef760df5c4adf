using System.Globalization;
using System.Text;

namespace CopyTrack.Server.Reports.Export;

/// <summary>The parts of a workbook (ECMA-376, SpreadsheetML) that do not depend on rows. Texts are English words of ours and sheet names that were checked.</summary>
internal static class WorkbookParts
{
    private const string Head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Documents = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string Package = "http://schemas.openxmlformats.org/package/2006";

    /// <summary>Beginning of a sheet: heading row frozen, columns wide enough for their heading.</summary>
    public static string SheetHead(IEnumerable<int> widths)
    {
        StringBuilder text = new();
        text.Append(Head).Append(CultureInfo.InvariantCulture, $"<worksheet xmlns=\"{Main}\"><sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews><cols>");
        int n = 0;
        foreach (int width in widths)
        {
            n++;
            text.Append(CultureInfo.InvariantCulture, $"<col min=\"{n}\" max=\"{n}\" width=\"{width}\" customWidth=\"1\"/>");
        }

        return text.Append("</cols><sheetData>").ToString();
    }

    /// <summary>Content types of a workbook with so many sheets.</summary>
    public static string ContentTypes(int sheets)
    {
        StringBuilder text = new();
        text.Append(Head).Append(CultureInfo.InvariantCulture, $"<Types xmlns=\"{Package}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/>")
            .Append("<Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/><Override PartName=\"/xl/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/>");
        for (int n = 1; n <= sheets; n++)
        {
            text.Append(CultureInfo.InvariantCulture, $"<Override PartName=\"/xl/worksheets/sheet{n}.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>");
        }

        return text.Append("</Types>").ToString();
    }

    /// <summary>The package's relationships.</summary>
    public static string Relationships() =>
        $"{Head}<Relationships xmlns=\"{Package}/relationships\"><Relationship Id=\"rId1\" Type=\"{Documents}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";

    /// <summary>The workbook: its sheets by name, and the filters' hidden names, so that every program finds them. <paramref name="filters"/>: the filtered range of a sheet by its position.</summary>
    public static string Workbook(IReadOnlyList<string> sheets, IReadOnlyDictionary<int, string> filters)
    {
        StringBuilder text = new();
        text.Append(Head).Append(CultureInfo.InvariantCulture, $"<workbook xmlns=\"{Main}\" xmlns:r=\"{Documents}\"><sheets>");
        for (int n = 0; n < sheets.Count; n++)
        {
            text.Append(CultureInfo.InvariantCulture, $"<sheet name=\"{CellText.ForXml(sheets[n], 31)}\" sheetId=\"{n + 1}\" r:id=\"rId{n + 1}\"/>");
        }

        text.Append("</sheets><definedNames>");
        foreach ((int sheet, string range) in filters.OrderBy(f => f.Key))
        {
            text.Append(CultureInfo.InvariantCulture, $"<definedName name=\"_xlnm._FilterDatabase\" localSheetId=\"{sheet}\" hidden=\"1\">'{CellText.ForXml(sheets[sheet], 31)}'!{range}</definedName>");
        }

        return text.Append("</definedNames></workbook>").ToString();
    }

    /// <summary>The workbook's relationships.</summary>
    public static string WorkbookRelationships(int sheets)
    {
        StringBuilder text = new();
        text.Append(Head).Append(CultureInfo.InvariantCulture, $"<Relationships xmlns=\"{Package}/relationships\">");
        for (int n = 1; n <= sheets; n++)
        {
            text.Append(CultureInfo.InvariantCulture, $"<Relationship Id=\"rId{n}\" Type=\"{Documents}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>");
        }

        return text.Append(CultureInfo.InvariantCulture, $"<Relationship Id=\"rId{sheets + 1}\" Type=\"{Documents}/styles\" Target=\"styles.xml\"/></Relationships>").ToString();
    }

    /// <summary>Styles in the order of <see cref="CellStyle"/>: each plain, then the same in bold.</summary>
    public static string Styles()
    {
        const string Formats = "<numFmts count=\"3\"><numFmt numFmtId=\"164\" formatCode=\"#,##0.00\"/><numFmt numFmtId=\"165\" formatCode=\"yyyy\\-mm\\-dd\\ hh:mm:ss\"/><numFmt numFmtId=\"166\" formatCode=\"0.00&quot; %&quot;\"/></numFmts>";
        const string Fonts = "<fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font><font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>";
        const string Fills = "<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills><borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>";
        // 49 is text: what stands in such a cell stays a text even when somebody edits it.
        int[] numbers = [49, 3, 164, 166, 165];
        StringBuilder text = new();
        text.Append(Head).Append(CultureInfo.InvariantCulture, $"<styleSheet xmlns=\"{Main}\">{Formats}{Fonts}{Fills}<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs><cellXfs count=\"{numbers.Length * 2}\">");
        for (int font = 0; font < 2; font++)
        {
            foreach (int number in numbers)
            {
                text.Append(CultureInfo.InvariantCulture, $"<xf numFmtId=\"{number}\" fontId=\"{font}\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\"/>");
            }
        }

        return text.Append("</cellXfs></styleSheet>").ToString();
    }
}

/// <summary>Positions of the styles.</summary>
internal enum CellStyle { Text = 0, Count = 1, Money = 2, Percent = 3, Time = 4, BoldText = 5, BoldCount = 6, BoldMoney = 7, BoldPercent = 8 }
