using CopyTrack.Accounting.Alerts;
using CopyTrack.Server.Data.Alerts;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Alerts;

/// <summary>Alerts in words, for mails, pages and files alike.</summary>
internal sealed class AlertSentences(IReportWords words, TimeZoneInfo zone)
{
    /// <summary>What an alert says, in one sentence without its device.</summary>
    public string Of(AlertRow alert)
    {
        var d = AlertDetails.Read(alert.Detail);
        return (AlertKind)alert.Kind switch
        {
            AlertKind.SupplyLow when d is { Percent: { } percent, DaysLeft: { } days } => Say(words["{0} has {1} % left and lasts about {2} days."], Name(d), percent, days),
            AlertKind.SupplyLow when d.Percent is { } percent => Say(words["{0} has {1} % left."], Name(d), percent),
            AlertKind.SupplyLow => Say(words["{0} is running out."], Name(d)),
            AlertKind.TrayEmpty => Say(words["{0} is empty."], Name(d)),
            AlertKind.DeviceError => Say(words["The device tells an error: {0}."], DeviceWords.Told(words, d.Reason ?? "warning")),
            AlertKind.DeviceOffline => words["The device does not answer."],
            AlertKind.AgentStale => d.Last is { } last ? Say(words["Nothing new has come of the agent since {0}."], At(last)) : words["Nothing has come of the agent."],
            AlertKind.MeterMissing => d.Last is { } last ? Say(words["The meters were last read {0}."], At(last)) : words["The meters were never read."],
            AlertKind.MeterImplausible => words["A reading was put aside because it can't be true."],
            AlertKind.PanelBypass => d.Pages is { } pages ? Say(words["{0} pages were copied while the panel was locked."], pages) : words["Pages were copied while the panel was locked."],
            _ => d.Reason == "deviceReplaced" ? words["Another device answers at this address."] : words["The meters began anew."],
        };
    }

    /// <summary>Since when, and until when where it is over.</summary>
    public string Since(AlertRow alert) => alert.ResolvedAt is { } end ? Say(words["(since {0}, until {1})"], At(alert.Since), At(end)) : Say(words["(since {0})"], At(alert.Since));

    /// <summary>Name of a kind of alerts.</summary>
    public string Kind(AlertKind kind) => kind switch
    {
        AlertKind.SupplyLow => words["Supply low"],
        AlertKind.TrayEmpty => words["Tray empty"],
        AlertKind.DeviceError => words["Device error"],
        AlertKind.DeviceOffline => words["Device does not answer"],
        AlertKind.AgentStale => words["Agent silent"],
        AlertKind.MeterMissing => words["Meter read missing"],
        AlertKind.MeterImplausible => words["Meter read implausible"],
        AlertKind.PanelBypass => words["Panel bypassed"],
        _ => words["Counters reset"],
    };

    /// <summary>Name of a severity.</summary>
    public string Severity(AlertSeverity severity) => severity switch { AlertSeverity.Notice => words["Notice"], AlertSeverity.Critical => words["Critical"], _ => words["Warning"] };

    /// <summary>A time at the installation.</summary>
    public string At(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, zone).ToString("g", words.Culture);

    /// <summary>The supply or tray, at the beginning of a sentence.</summary>
    private string Name(AlertDetail detail) => DeviceWords.Name(words, detail.Name ?? "") is { Length: > 0 } name ? char.ToUpper(name[0], words.Culture) + name[1..] : "";

    private string Say(string text, params object?[] values) => string.Format(words.Culture, text, values);
}
