using System.Text.RegularExpressions;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;

namespace CopyTrack.Accounting.Discovery;

/// <summary>
/// Tells what a device is by what it answered. What it does weighs more than what it is called: counters first, then the numbers of makers, then words. Makers use one enterprise
/// number for printers, projectors and scanners alike, and a network card says its own maker's name in whatever printer it sits.
/// </summary>
public static partial class DeviceClassifier
{
    private static readonly ObjectIdentifier s_tecLabels = ObjectIdentifier.Parse("1.3.6.1.4.1.1129.1.2.1");
    private static readonly ObjectIdentifier s_zebra = ObjectIdentifier.Parse("1.3.6.1.4.1.10642");
    private static readonly ObjectIdentifier s_epsonProjectors = ObjectIdentifier.Parse("1.3.6.1.4.1.1248.4.1");
    private static readonly ObjectIdentifier s_netSnmp = ObjectIdentifier.Parse("1.3.6.1.4.1.8072");
    private static readonly ObjectIdentifier s_microsoft = ObjectIdentifier.Parse("1.3.6.1.4.1.311");

    /// <summary>The kind, with the evidence for it.</summary>
    public static Classification Classify(ProbeReport report)
    {
        var identity = report.Identity;
        var number = ObjectIdentifier.TryParse(identity.SysObjectId, out var oid) ? oid : default;
        var words = $"{identity.Maker} {identity.Model} {identity.SysDescr}";
        return report.Error is null ? Printing(report, identity, number, words) : Other(identity, number, words);
    }

    private static Classification Printing(ProbeReport report, DeviceIdentity identity, ObjectIdentifier number, string words)
    {
        if (number.StartsWith(s_tecLabels) || number.StartsWith(s_zebra) || LabelWords().IsMatch(words))
        {
            return new Classification(DeviceKind.LabelPrinter, $"'{Name(identity)}' is a label printer by its {(number.StartsWith(s_tecLabels) || number.StartsWith(s_zebra) ? "sysObjectID" : "name")}");
        }

        if (PlotterWords().Match(words) is { Success: true } plotter)
        {
            return new Classification(DeviceKind.Plotter, $"'{plotter.Value.Trim()}' is a large-format printer; what it counts is not sheets of paper");
        }

        var work = report.Counters.Where(c => c.Function is PageFunction.Copy or PageFunction.Scan or PageFunction.Fax).Select(c => c.Function).Distinct().Order().ToList();
        if (work.Count > 0)
        {
            return new Classification(DeviceKind.Mfp, $"has the Printer-MIB or its maker's objects and counts {string.Join(", ", work).ToLowerInvariant()}");
        }

        if (MfpWords().Match(words) is { Success: true } mfp)
        {
            return new Classification(DeviceKind.Mfp, $"answers as a printer and is called '{mfp.Value.Trim()}', which is the name of a multifunction device");
        }

        if (ScanUnits().Match(identity.SysDescr ?? "") is { Success: true } unit)
        {
            return new Classification(DeviceKind.Mfp, $"answers as a printer and names the version of a scan unit ({unit.Value}) in its description");
        }

        // Only the card's own description speaks: no counter, no supply, no tray, and no model but what that description holds.
        return report is { Counters.Length: 0, Supplies.Length: 0, Trays.Length: 0 } && CardWords().IsMatch(identity.SysDescr ?? "") && (identity.Model is null || CardWords().IsMatch(identity.Model))
            ? Card(identity)
            : new Classification(DeviceKind.Printer, "has the Printer-MIB or its maker's objects, and nothing of a copier");
    }

    private static Classification Other(DeviceIdentity identity, ObjectIdentifier number, string words) =>
        number.StartsWith(s_epsonProjectors) || ProjectorWords().IsMatch(words)
            ? new Classification(DeviceKind.Projector, $"'{Name(identity)}' is a projector or display by its {(number.StartsWith(s_epsonProjectors) ? "sysObjectID" : "name")}; it has no Printer-MIB")
        : number.StartsWith(s_netSnmp) || number.StartsWith(s_microsoft)
            ? new Classification(DeviceKind.Computer, "is a computer's agent by its sysObjectID; printers that it lists are those it prints to")
        : CardWords().IsMatch(words) ? Card(identity)
        : ScannerWords().Match(words) is { Success: true } scanner
            ? new Classification(DeviceKind.Scanner, $"'{scanner.Value.Trim()}' is a scanner by its name; it has no Printer-MIB")
        : new Classification(DeviceKind.Other, "answers SNMP, but has neither the Printer-MIB nor a printer among its devices");

    private static Classification Card(DeviceIdentity identity) => new(
        DeviceKind.NetworkCard, $"'{Name(identity)}' is a printer's network card that shows nothing of the printer behind it; read the printer at its own address or by another card");

    private static string Name(DeviceIdentity identity) => identity.Model ?? identity.SysDescr ?? identity.SysObjectId ?? "it";

    [GeneratedRegex(@"\b(?:Zebra|ZTC|SATO|Datamax|Intermec|Citizen CL|TSC T|cab (?:EOS|MACH|SQUIX)|label printer)\b|\bB-(?:EV|EX|SX|SA|FV|852)\w*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LabelWords();

    [GeneratedRegex(@"\b(?:TM|TX|TZ|TA|GP|PRO)-\d{3,5}\w*|\biPF\s?\d{3,4}\w*|\bimagePROGRAF\b[^,;]{0,20}|\bSC-?[TPSFBRF]\d{3,5}\w*|\bSureColor\b[^,;]{0,20}|\bDesignJet\b[^,;]{0,20}|\bPageWide XL\b[^,;]{0,10}|\b(?:Plot|Color)Wave\s?\d*|\bplotter\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PlotterWords();

    [GeneratedRegex(@"\b[\w-]*(?:MFP|MFC|DCP|Multifunction|Multi-?function)[\w-]*|\b(?:bizhub|ineo|TASKalfa|WorkCentre|AltaLink|VersaLink [BC]\d{2}5|e-STUDIO\w*|iR(?:-ADV|C|\d)[\w-]*|imageRUNNER|imagePRESS|Aficio MP|Apeos\w*|DocuCentre|MX-\w+|MF\s?\d{3,4}\w*|Canon MF|d-Copia)\b|\b(?:RICOH |SAVIN |LANIER |Gestetner |NRG )?(?:IM|MP|MPC|DSc|LD)\s?C?\d{3,4}\w*|\b(?:WF-C?\d|AM-C|ET-\d)\w*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex MfpWords();

    // Image input terminal and document feeder, in the list of versions that Xerox and Fujifilm give.
    [GeneratedRegex(@"\b(?:IIT|ADF) \d+\.\d+", RegexOptions.CultureInvariant)]
    private static partial Regex ScanUnits();

    [GeneratedRegex(@"\bJETDIRECT\b|\bETHERNET MULTI-ENVIRONMENT\b|\bprint ?server\b|\bnetwork (?:interface )?card\b|\bPocketPro\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex CardWords();

    [GeneratedRegex(@"\bprojector\b|\bbeamer\b|\bE[BH]-\w?\d{3,4}\w*|\binteractive display\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ProjectorWords();

    [GeneratedRegex(@"\b[\w-]*scanner\b|\bScanSnap\b[^,;]{0,12}|\bfi-\d{4}\w*|\bDS-\d{3,5}\w*|\bimageFORMULA\b[^,;]{0,12}|\bDR-[CMGX]?\d{3,4}\w*|\bADS-\d{4}\w*|\bES-\d{3,5}\w*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ScannerWords();
}
