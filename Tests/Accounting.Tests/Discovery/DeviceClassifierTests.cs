using System.Net;
using System.Text;
using System.Text.Json;
using CopyTrack.Accounting.Discovery;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Accounting.Snmp;
using CopyTrack.Accounting.Tests.Inventory;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Discovery;

public sealed class DeviceClassifierTests
{
    private const string Printer = "1.3.6.1.2.1.25.3.2.1.2.1|6|1.3.6.1.2.1.25.3.1.5\n1.3.6.1.2.1.43.5.1.1.1.1|2|1\n1.3.6.1.2.1.43.10.2.1.4.1.1|65|100\n";

    private static IEnumerable<TestCaseData> Devices()
    {
        yield return Device("Example Laser 5", "1.3.6.1.4.1.99999.1", Printer, DeviceKind.Printer, "has the Printer-MIB or its maker's objects, and nothing of a copier");
        yield return Device("Example MFP 77", "1.3.6.1.4.1.99999.1", Printer, DeviceKind.Mfp, "answers as a printer and is called 'MFP', which is the name of a multifunction device");
        yield return Device("Canon TX-4100 /P", "1.3.6.1.4.1.1602.4.3", Printer, DeviceKind.Plotter, "'TX-4100' is a large-format printer; what it counts is not sheets of paper");
        yield return Device("TOSHIBA TEC B-XY9", "1.3.6.1.4.1.1129.1.2.1", "", DeviceKind.LabelPrinter, "'TOSHIBA TEC B-XY9' is a label printer by its sysObjectID", model: true);
        yield return Device("EPSON Network Projector", "1.3.6.1.4.1.1248.4.1", "", DeviceKind.Projector, "'EPSON Network Projector' is a projector or display by its sysObjectID; it has no Printer-MIB", model: true);
        yield return Device("EPSON Scanner DS-900", "1.3.6.1.4.1.1248.9.9", "", DeviceKind.Scanner, "'Scanner' is a scanner by its name; it has no Printer-MIB");
        yield return Device("HP ETHERNET MULTI-ENVIRONMENT,ROM X.08,JETDIRECT,JD24", "1.3.6.1.4.1.11.2.3.9.1", "", DeviceKind.NetworkCard,
            "'HP ETHERNET MULTI-ENVIRONMENT' is a printer's network card that shows nothing of the printer behind it; read the printer at its own address or by another card", model: true);
        yield return Device("Linux host 6.1", "1.3.6.1.4.1.8072.3.2.10", "1.3.6.1.2.1.25.3.2.1.2.1|6|1.3.6.1.2.1.25.3.1.5\n", DeviceKind.Computer,
            "is a computer's agent by its sysObjectID; printers that it lists are those it prints to");
        yield return Device("Ethernet switch", "1.3.6.1.4.1.99999.2", "", DeviceKind.Other, "answers SNMP, but has neither the Printer-MIB nor a printer among its devices");
    }

    [TestCaseSource(nameof(Devices))]
    public async Task Kind_is_told_with_its_evidence(string walk, DeviceKind kind, string reason, bool model)
    {
        var classification = DeviceClassifier.Classify(await ProbeAsync(SnmpRecording.Parse(Encoding.UTF8.GetBytes(walk))));
        Assert.That(classification.Kind, Is.EqualTo(kind), classification.Reason);
        // What a model is called is the probe's affair.
        Assert.That(model ? classification.Reason[classification.Reason.LastIndexOf('\'')..] : classification.Reason, Is.EqualTo(model ? reason[reason.LastIndexOf('\'')..] : reason));
        Assert.That(classification.IsMetered, Is.EqualTo(kind is DeviceKind.Mfp or DeviceKind.Printer));
    }

    [TestCaseSource(typeof(PublishedWalkTests), nameof(PublishedWalkTests.Walks))]
    public async Task Published_walk_is_recognised_for_what_it_is(string file, JsonElement walk)
    {
        var folder = Path.Combine(Environment.GetEnvironmentVariable("COPYTRACK_SHARED")!, "walks");
        var classification = DeviceClassifier.Classify(await ProbeAsync(SnmpRecording.LoadWithContexts(Path.Combine(folder, file))));
        DeviceKind[] right = walk.GetProperty("kind").GetString() switch
        {
            "mfp" => [DeviceKind.Mfp],
            "printer" => [DeviceKind.Printer],
            "plotter" => [DeviceKind.Plotter],
            "label" => [DeviceKind.LabelPrinter],
            _ => [DeviceKind.Projector, DeviceKind.Scanner],
        };
        Assert.That(right, Does.Contain(classification.Kind), classification.Reason);
    }

    private static async Task<ProbeReport> ProbeAsync(SnmpRecording recording) =>
        ((ProbeOutcome.Seen)await new DeviceProbe(new RecordedSnmp(recording, TimeProvider.System), ProfileLibrary.BuiltIn)
            .RunAsync(SnmpTarget.V2c(IPAddress.Loopback, 161, "x"), null, null, default)).Report;

    private static TestCaseData Device(string descr, string number, string more, DeviceKind kind, string reason, bool model = false) =>
        new TestCaseData($"1.3.6.1.2.1.1.1.0|4|{descr}\n1.3.6.1.2.1.1.2.0|6|{number}\n{more}", kind, reason, model).SetArgDisplayNames(descr);
}
