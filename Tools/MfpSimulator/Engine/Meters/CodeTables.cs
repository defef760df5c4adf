using CopyTrack.MfpSimulator.Mib;

namespace CopyTrack.MfpSimulator.Meters;

/// <summary>Makers whose rows are named by a type code or a label in another column; the row number means nothing.</summary>
internal static class CodeTables
{
    private const string Ricoh = "1.3.6.1.4.1.367.3.2.1.2.19.5.1.";
    private const string Sharp = "1.3.6.1.4.1.2385.1.1.19.2.1.";
    private const string Lexmark = "1.3.6.1.4.1.641.6.4.2.1.1.";
    private const string Canon = "1.3.6.1.4.1.1602.1.11.2.1.1.";

    private static readonly Dictionary<long, string> RicohCodes = new()
    {
        [10] = "impressions", [800] = "impressions", [200] = "impressions copy", [201] = "impressions copy mono", [202] = "impressions copy single two", [203] = "impressions copy full",
        [300] = "impressions fax", [301] = "impressions fax mono", [302] = "impressions fax single two", [303] = "impressions fax full",
        [400] = "impressions print", [401] = "impressions print mono", [402] = "impressions print single two", [403] = "impressions print full",
        [870] = "scans fax scan", [871] = "scans fax scan mono", [872] = "scans fax", [873] = "scans scan color", [874] = "scans scan mono",
    };

    private static readonly Dictionary<long, string> LexmarkCodes = new()
    {
        [1] = "impressions", [2] = "impressions", [3] = "impressions mono", [4] = "impressions color", [16] = "impressions print", [17] = "impressions print mono", [18] = "impressions print color",
        [32] = "impressions copy", [33] = "impressions copy mono", [34] = "impressions copy color", [48] = "impressions fax", [49] = "impressions fax mono", [50] = "impressions fax color",
        [80] = "impressions",
    };

    private static readonly Dictionary<string, string> SharpLabels = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Prints"] = "impressions print", ["Black & White Print Count"] = "impressions print mono", ["Full Color Print Count"] = "impressions print full", ["Duplex"] = "impressions print twosided",
        ["Copies"] = "impressions copy", ["Black & White Copy Count"] = "impressions copy mono", ["Full Color Copy Count"] = "impressions copy full",
        ["Two Color Copy Count"] = "impressions copy two", ["Single Color Copy Count"] = "impressions copy single",
        ["Black & White Total Count"] = "impressions mono", ["Full Color Total Count"] = "impressions full", ["Two Color Total Count"] = "impressions two", ["Single Color Total Count"] = "impressions single",
        ["Scan to E-mail/FTP"] = "scans scan", ["Black & White Scanner Count"] = "scans scan mono", ["Full Color Scanner Count"] = "scans scan color", ["Document Feeder"] = "scans",
        ["Fax Output"] = "impressions fax", ["Fax Send"] = "scans fax",
    };

    private static readonly Dictionary<string, string> CanonLabels = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Total 1"] = "impressions", ["Total 2"] = "equivalents", ["Total (Black 1)"] = "impressions mono", ["Total (Black/Large)"] = "impressions mono large", ["Total (Black/Small)"] = "impressions mono small",
        ["Total (Full Color + Single Color/Large)"] = "impressions color large", ["Total (Full Color + Single Color/Small)"] = "impressions color small", ["Total (2-Sided)"] = "sheets twosided",
        ["Copy (Total 1)"] = "impressions copy", ["Print (Total 1)"] = "impressions print", ["Scan (Total 1)"] = "scans scan",
    };

    /// <summary>All live counters that the recording has rows for.</summary>
    public static IEnumerable<LiveCounter> Find(Recording mib) =>
        ByCode(mib, Ricoh + "2", Ricoh + "9", RicohCodes)
            .Concat(ByCode(mib, Lexmark + "2", Lexmark + "4", LexmarkCodes))
            .Concat(ByLabel(mib, Sharp + "4", Sharp + "3", SharpLabels))
            .Concat(ByLabel(mib, Canon + "2", Canon + "3", CanonLabels));

    private static IEnumerable<LiveCounter> ByCode(Recording mib, string codes, string values, Dictionary<long, string> meanings) =>
        from cell in mib.Below(codes)
        where cell.Row.Number is { } code && meanings.ContainsKey(code) && mib.Find($"{values}.{Oid.Text(cell.Index)}") is not null
        select LiveCounter.Of($"{values}.{Oid.Text(cell.Index)}", meanings[cell.Row.Number!.Value]);

    private static IEnumerable<LiveCounter> ByLabel(Recording mib, string labels, string values, Dictionary<string, string> meanings) =>
        from cell in mib.Below(labels)
        let label = cell.Row.Text.Trim()
        where meanings.ContainsKey(label) && mib.Find($"{values}.{Oid.Text(cell.Index)}") is not null
        select LiveCounter.Of($"{values}.{Oid.Text(cell.Index)}", meanings[label]);
}
