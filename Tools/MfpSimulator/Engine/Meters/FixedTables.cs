using CopyTrack.MfpSimulator.Mib;

namespace CopyTrack.MfpSimulator.Meters;

/// <summary>Makers whose counters stand at fixed OIDs, and Printer-MIB (RFC 3805) for all.</summary>
internal static class FixedTables
{
    private const string Konica = "1.3.6.1.4.1.18334.1.1.1.5.7.2.";
    private const string Hp = "1.3.6.1.4.1.11.2.3.9.4.2.1.";
    private const string Epson = "1.3.6.1.4.1.1248.1.2.2.27.";
    private const string Toshiba = "1.3.6.1.4.1.1129.2.3.50.1.3.21.6.1.";
    private const string Xerox = "1.3.6.1.4.1.253.8.53.13.2.1.6.1.20.";
    private const string Canon = "1.3.6.1.4.1.1602.1.11.1.3.1.4.";

    private static readonly (string Oid, string Words)[] Known =
    [
        (Konica + "1.1.0", "impressions"), (Konica + "1.3.0", "sheets twosided"), (Konica + "1.5.0", "scans scan"), (Konica + "3.1.5.1", "scans scan"), (Konica + "3.1.6.1", "scans scan large"),
        .. KonicaMatrix(),
        (Hp + "4.1.2.5.0", "impressions"), (Hp + "4.1.2.6.0", "impressions mono"), (Hp + "4.1.2.7.0", "impressions color"), (Hp + "4.1.2.22.0", "sheets twosided"), (Hp + "4.1.2.34.0", "jams"),
        (Hp + "2.2.1.44.0", "scans"), (Hp + "2.2.1.63.0", "impressions copy"), (Hp + "3.7.1.32.0", "impressions fax"),
        (Epson + "1.1.30.1.1", "impressions"), (Epson + "1.1.3.1.1", "impressions mono"), (Epson + "1.1.4.1.1", "impressions color"), (Epson + "6.1.4.1.1.1", "impressions print"), (Epson + "6.1.4.1.1.2", "impressions copy"),
        (Epson + "6.1.5.1.1.1", "impressions print color"), (Epson + "6.1.5.1.1.2", "impressions copy color"),
        (Toshiba + "2.1.1", "impressions full"), (Toshiba + "2.1.2", "impressions single two"), (Toshiba + "2.1.3", "impressions mono"), (Toshiba + "3.1.1", "impressions print full"), (Toshiba + "3.1.2", "impressions print single two"),
        (Toshiba + "3.1.3", "impressions print mono"), (Toshiba + "4.1.1", "impressions copy full"), (Toshiba + "4.1.2", "impressions copy single two"), (Toshiba + "4.1.3", "impressions copy mono"),
        (Xerox + "1", "impressions"), (Xerox + "7", "impressions print mono"), (Xerox + "29", "impressions print color"), (Xerox + "33", "impressions color"), (Xerox + "34", "impressions mono"), (Xerox + "38", "sheets"),
        (Xerox + "39", "sheets twosided"), (Xerox + "43", "impressions color large"), (Xerox + "44", "impressions mono large"), (Xerox + "47", "impressions large"), (Xerox + "71", "impressions fax"),
        (Canon + "101", "impressions"), (Canon + "102", "equivalents"), (Canon + "112", "impressions mono large"), (Canon + "113", "impressions mono small"), (Canon + "114", "sheets twosided"), (Canon + "122", "impressions color large"),
        (Canon + "123", "impressions color small"), (Canon + "202", "impressions copy"), (Canon + "301", "impressions print"), (Canon + "501", "scans scan"),
    ];

    /// <summary>All live counters that the recording has rows for.</summary>
    public static IEnumerable<LiveCounter> Find(Recording mib) =>
        Known.Where(k => mib.Find(k.Oid) is not null).Select(k => LiveCounter.Of(k.Oid, k.Words)).Concat(Markers(mib));

    /// <summary>prtMarkerLifeCount and prtMarkerPowerOnCount of the first marker, in the unit that prtMarkerCounterUnit claims.</summary>
    private static IEnumerable<LiveCounter> Markers(Recording mib)
    {
        const string marker = "1.3.6.1.2.1.43.10.2.1.";
        if (mib.Below(marker + "4").FirstOrDefault() is not { Index: { } index }) yield break;
        var at = Oid.Text(index);
        var unit = mib.Find($"{marker}3.{at}")?.Number == 8 ? "sheets" : "impressions";
        yield return LiveCounter.Of($"{marker}4.{at}", unit);
        if (mib.Find($"{marker}5.{at}") is not null) yield return LiveCounter.Of($"{marker}5.{at}", unit + " poweron");
    }

    private static IEnumerable<(string Oid, string Words)> KonicaMatrix() =>
        from size in new[] { ("5", ""), ("7", " large") }
        from color in new[] { ("1", " mono"), ("2", " full"), ("3", " single"), ("4", " two") }
        from function in new[] { ("1", " copy"), ("2", " print") }
        select ($"{Konica}2.1.{size.Item1}.{color.Item1}.{function.Item1}", $"impressions{function.Item2}{color.Item2}{size.Item2}");
}
