using System.Text.RegularExpressions;

namespace CopyTrack.Server.Tests.Web;

/// <summary>
/// Where the sentences stand that inner parts of the program say to people: why a device could not be read, a message was refused, a run failed. They are stored or passed on in English, with
/// their values in them, and pages and mails translate them by the files faults*.json. A source that begins to say something to people is added here.
/// </summary>
internal static partial class ToldSentences
{
    private static readonly string[] s_sources =
    [
        // Why a device is not read, is no copier, or can't be looked for.
        "Accounting/Snmp/SnmpCauses.cs", "Accounting/Snmp/BerReader.cs", "Accounting/Snmp/MessageCodec.cs", "Accounting/Snmp/PduCodec.cs", "Accounting/Snmp/Verdict.cs", "Accounting/Snmp/Usm/SnmpUser.cs",
        "Accounting/Snmp/Usm/UsmExpectation.cs", "Accounting/Snmp/Usm/UsmHeader.cs", "Accounting/Snmp/Usm/UsmReports.cs", "Accounting/Snmp/Transport/Strays.cs", "Accounting/Profiles/MeterReader.cs",
        "Accounting/Profiles/MibView.cs", "Accounting/Discovery/AddressRanges.cs", "Accounting/Discovery/DeviceClassifier.cs", "Accounting/Usb/IppPrinter.cs", "Server/Polling/DeviceLooks.cs",
        "Server/Polling/DeviceMeters.cs", "Server/Polling/HostNames.cs", "Server/Polling/InventoryReader.cs", "Server/Polling/KyoceraMeterSource.cs", "Server/Polling/NamedRanges.cs", "Server/Polling/SnmpTargets.cs",

        // Why a message or a package of the fleet is refused.
        "Accounting/Fleet/EnrolmentEnvelope.cs", "Accounting/Fleet/FleetEnvelope.cs", "Accounting/Fleet/FleetMessageReader.cs", "Accounting/Fleet/FleetPacking.cs", "Accounting/Fleet/FleetReceived.cs",
        "Accounting/Fleet/FleetWants.cs", "Accounting/Fleet/FleetWords.cs", "Accounting/Fleet/InventoryReading.cs", "Accounting/Fleet/MessageEnvelope.cs", "Accounting/Fleet/Updates", "Server/Fleet",
        "Server/Data/Fleet", "Tools/Agent/Engine/Updates/VersionBook.cs", "Tools/Agent/Engine/Updates/AgentLauncher.cs", "Tools/Agent/Engine/Updates/AgentUpdates.cs", "Tools/Agent/Engine/Updates/VersionFolder.cs",
        "Server/Hosting/Updates/ProgramVersions.cs", "Server/Hosting/Updates/VersionInspection.cs", "Server/Hosting/Updates/ServerSupervisor.cs", "Server/Hosting/Updates/ServerVersions.cs",
        "Server/Hosting/Updates/PackageFolder.cs",

        // Why a mail did not go, or a report was not made.
        "Accounting/Mail/SmtpReply.cs", "Accounting/Mail/MimeReader.cs", "Accounting/Mail/MimeWriter.cs", "Accounting/Mail/TransferDecoding.cs", "Accounting/Mail/Transport", "Server/Alerts/AlertMailer.cs",
        "Server/Alerts/AlertRules.cs", "Server/Reports/Schedules/CronText.cs", "Server/Reports/Schedules/ReportDeliverer.cs", "Server/Reports/Schedules/ReportSchedules.cs", "Server/Reports/Export/PdfPrinter.cs",

        // What is wrong with the ledger, and on what an entry rests.
        "Accounting/Audit", "Accounting/Sessions/OfflineRules.cs", "Server/Reports/BalanceReader.cs",

        // Why a run of a directory failed, or left somebody out.
        "Identity/Ldap", "Identity/Replication", "Server/Directories",

        // Card rules, licences, lists, webhooks, receipts.
        "Identity/Cards/CardRuleFinder.cs", "Identity/Cards/CardRuleParser.cs", "Identity/Licensing/Entitlement.cs", "Server/Charging", "Server/Imports", "Server/Webhooks", "Server/Receipts/BodyReader.cs",
        "Server/Receipts/DeviceGate.cs", "Server/Receipts/JobAuthorization.cs", "Server/Receipts/ReportedMeters.cs", "Server/Soap/Envelope.cs", "Server/Soap/Operations.cs",
    ];

    /// <summary>Literals of those sources that look like sentences and are none that people read.</summary>
    private static readonly HashSet<string> s_others =
    [
        "Reader and Directory of ", "UserName of ", "displayName|{givenName} {sn}|cn", "copytrack fleet agent ", "entry:{0} (person:{1})", "bytes {0}-{1}/{2}", "--host-resolver-rules=MAP * ~NOTFOUND",
        "Content-Disposition: attachment", "AgentId = ", "Name = ", ", Name = ", ", data ", "CopyTrack-Package: 1 ", "CopyTrack fleet message {0} of agent {1}",
        "This port takes messages of enrolled agents alone. Pages, REST and enrolment are at the HTTPS port.",
    ];

    /// <summary>The sentences, each once, with the source where it was first found.</summary>
    public static IReadOnlyCollection<(string Source, string Text)> Of(string root)
    {
        Dictionary<string, string> found = [];
        foreach (string path in s_sources.SelectMany(s => Files(Path.Combine(root, s))))
        {
            foreach (string text in SourceText.Literals(File.ReadAllText(path)).Where(IsSentence))
            {
                found.TryAdd(text, Path.GetFileName(path));
            }
        }

        return [.. found.Select(f => (f.Value, f.Key))];
    }

    private static IEnumerable<string> Files(string path) =>
        path.EndsWith(".cs", StringComparison.Ordinal) ? [path] : Directory.EnumerateFiles(path, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    // What begins with "update: " is said on the agent's own console.
    private static bool IsSentence(string text) => text.Trim().Contains(' ', StringComparison.Ordinal) && Word().IsMatch(text) && !text.Any(char.IsControl) && !s_others.Contains(text)
        && !text.StartsWith("update: ", StringComparison.Ordinal) && !text.StartsWith('<');

    [GeneratedRegex("[a-z]{2}")]
    private static partial Regex Word();
}
