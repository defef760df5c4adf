using System.Collections.Frozen;

namespace CopyTrack.Server.Reports;

/// <summary>What people read for the names of reports, columns, functions and causes. The values are keys of the words.</summary>
internal static class ReportHeadings
{
    private static readonly FrozenDictionary<string, string> s_texts = new Dictionary<string, string>
    {
        // Reports and what they are split by.
        ["users"] = "Users", ["devices"] = "Devices", ["departments"] = "Departments", ["costCentres"] = "Cost centres", ["projects"] = "Projects", ["sites"] = "Sites",
        ["months"] = "Months", ["hours"] = "Hours of the day", ["functions"] = "Functions", ["jobs"] = "Single jobs", ["coverage"] = "Coverage", ["meters"] = "Meters",
        ["user"] = "User", ["device"] = "Device", ["department"] = "Department", ["costCentre"] = "Cost centre", ["project"] = "Project", ["site"] = "Site",
        ["month"] = "Month", ["day"] = "Day", ["hour"] = "Hour", ["function"] = "Function", ["cause"] = "Cause",

        // Columns.
        ["key"] = "Key", ["name"] = "Name", ["by"] = "By", ["byName"] = "By name", ["jobs count"] = "Jobs", ["impressions"] = "Pages", ["mono"] = "Mono", ["color"] = "Colour",
        ["unknownColor"] = "Colour unknown", ["normal"] = "Normal size", ["large"] = "Large size", ["unknownSize"] = "Size unknown", ["sheets"] = "Sheets",
        ["simplexSheets"] = "Simplex sheets", ["duplexSheets"] = "Duplex sheets", ["duplexShare"] = "Share of duplex in per cent", ["unknownSides"] = "Simplex or duplex unknown", ["scans"] = "Scans", ["faxes"] = "Faxes", ["cost"] = "Cost", ["currency"] = "Currency",
        ["impressionsBefore"] = "Pages before", ["impressionsChange"] = "Change of pages", ["impressionsChangePercent"] = "Change in per cent", ["costBefore"] = "Cost before",
        ["costChange"] = "Change of cost", ["at"] = "Time", ["source"] = "Source", ["confidence"] = "Confidence", ["session"] = "Session", ["metered"] = "Metered",
        ["attributed"] = "Attributed", ["explained"] = "Explained", ["unexplained"] = "Unexplained", ["attributedPercent"] = "Attributed in per cent", ["unit"] = "Unit",
        ["firstAt"] = "First reading", ["lastAt"] = "Last reading", ["first"] = "First", ["last"] = "Last", ["delta"] = "Difference", ["counters"] = "Counters", ["splits"] = "Told apart",

        // Lists of the fleet and their columns.
        ["supplies"] = "Supplies", ["agents"] = "Agents", ["meter-reads"] = "Meter reads", ["alerts"] = "Alerts", ["agent"] = "Agent", ["state"] = "State", ["maker"] = "Maker", ["model"] = "Model",
        ["serial"] = "Serial number", ["location"] = "Location", ["summary"] = "Status", ["errors"] = "Errors", ["firstSeenAt"] = "First seen", ["readingAt"] = "Last read", ["inventoryAt"] = "Status of",
        ["silentSince"] = "Silent since", ["silentReason"] = "Why silent", ["kind"] = "Kind", ["description"] = "Description", ["levelKind"] = "How the level is told", ["percent"] = "Left in per cent",
        ["runOutAt"] = "Lasts until", ["program"] = "Version", ["lastSeenAt"] = "Last heard of", ["lastNewAt"] = "Last news", ["waiting"] = "Waiting", ["missing"] = "Never came", ["refused"] = "Refused",
        ["address"] = "Address", ["hostName"] = "Name in the network", ["macAddress"] = "Hardware address", ["firmware"] = "Firmware", ["firstOffset"] = "Offset of the first", ["lastOffset"] = "Offset of the last",
        ["monoFirst"] = "Mono, first", ["monoLast"] = "Mono, last", ["monoDelta"] = "Mono, difference", ["colorFirst"] = "Colour, first", ["colorLast"] = "Colour, last", ["colorDelta"] = "Colour, difference",
        ["scansFirst"] = "Scans, first", ["scansLast"] = "Scans, last", ["scansDelta"] = "Scans, difference", ["faxesFirst"] = "Faxes sent, first", ["faxesLast"] = "Faxes sent, last",
        ["faxesDelta"] = "Faxes sent, difference", ["pages"] = "Pages",
        ["monoFirstOffset"] = "Mono, offset of the first", ["monoLastOffset"] = "Mono, offset of the last", ["colorFirstOffset"] = "Colour, offset of the first", ["colorLastOffset"] = "Colour, offset of the last",
        ["scansFirstOffset"] = "Scans, offset of the first", ["scansLastOffset"] = "Scans, offset of the last", ["faxesFirstOffset"] = "Faxes sent, offset of the first", ["faxesLastOffset"] = "Faxes sent, offset of the last",
        ["flags"] = "Remarks", ["severity"] = "Severity", ["subject"] = "Device or agent", ["alertText"] = "What", ["since"] = "Since", ["notedAt"] = "Noted", ["note"] = "Note", ["resolvedAt"] = "Over",
        ["told"] = "Mails", ["rule"] = "Rule",

        // Functions and causes, sources and confidences.
        ["total"] = "Not told apart", ["copy"] = "Copies", ["print"] = "Prints", ["scan"] = "Scans", ["fax"] = "Faxes", ["other"] = "Other",
        ["none"] = "Attributed", ["directPrint"] = "Prints past the terminal", ["faxReceived"] = "Received faxes", ["panelBypass"] = "Panel bypassed", ["servicePages"] = "Pages of the service",
        ["serverDown"] = "No server was running", ["deviceUnreachable"] = "Device not reached", ["meterReset"] = "Meter was reset", ["deviceReplaced"] = "Device was replaced",
        ["unsplittable"] = "Shared counter", ["notLicensed"] = "Not licensed", ["quarantined"] = "Faster than the engine", ["unknownFunction"] = "Function unknown",
        ["exact"] = "exact", ["inferred"] = "inferred", ["estimated"] = "estimated", ["meter"] = "meter", ["vendor"] = "job report", ["offline"] = "offline upload",
        ["terminalOffline"] = "Terminal away", ["meterLag"] = "Meter runs behind", ["receiptExceedsMeter"] = "Reported above the meter", ["meteredOnly"] = "Only metered",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>All keys of words that it may give.</summary>
    public static IEnumerable<string> Keys => s_texts.Values;

    /// <summary>The heading of a column in the reader's language; the column's name where there is none.</summary>
    public static string Of(string column, IReportWords words) => words[s_texts.GetValueOrDefault(column == "jobs" ? "jobs count" : column, column)];

    /// <summary>The title of a report, a dimension, a function or a cause in the reader's language.</summary>
    public static string Title(string word, IReportWords words) => words[s_texts.GetValueOrDefault(word, word)];
}
