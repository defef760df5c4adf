using System.Collections.Immutable;
using System.Xml.Linq;
using CopyTrack.Accounting.Alerts;
using CopyTrack.Server.Alerts;
using CopyTrack.Server.Data.Alerts;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Schedules;
using CopyTrack.Server.Web.Language;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Reports;

/// <summary>
/// The HTML of mails in both languages: well-formed, with styles at the elements alone, and names as text. With COPYTRACK_LOOKS set to a folder they are kept there, to be looked at in a browser.
/// </summary>
internal sealed class MailLooksTests
{
    private static readonly ReportOptions s_options = new() { TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"), Mail = new MailOptions { Link = "https://copytrack.example.org" } };
    private static readonly DateTimeOffset s_at = new(2026, 4, 1, 6, 0, 0, TimeSpan.Zero);

    [TestCase("en", "Open the report", "Copies of Sales")]
    [TestCase("de", "Bericht öffnen", "März 2026")]
    public void Report_is_shown_with_figures_bars_and_a_button(string language, params string[] expected)
    {
        string html = new ReportMail(Of(language), s_options).Html("Copies of Sales", View("users",
            ("anna", "Anna Adler", 1204, 310, 61.5m), ("bob", "Böb & <Söhne>", 655, 12, 33m), ("c", "Cornelia von Hohenzollern-Sigmaringen zu Langenname", 90, 0, 4.5m)), ["The PDF file is too large for a mail; fetch it from the report's page."]);
        string text = Looked(html, $"report.{language}");
        Assert.That(expected.Where(e => !text.Contains(e, StringComparison.Ordinal)), Is.Empty, text);
        Assert.That(text, Does.Contain("Böb & <Söhne>").And.Contain(language == "de" ? "1.949" : "1,949"));
    }

    [TestCase("en", "Open the alerts", "needs attention", "paper jam, a door is open")]
    [TestCase("de", "Warnungen öffnen", "Papierstau", "Toner, Schwarz")]
    public void Alerts_are_shown_in_groups_with_their_weight(string language, params string[] expected)
    {
        AlertRow[] alerts =
        [
            Alert(AlertKind.SupplyLow, AlertSeverity.Warning, "Kyocera-Reception", "Head office", new AlertDetail { Name = "black toner", Percent = 7, DaysLeft = 4 }),
            Alert(AlertKind.DeviceError, AlertSeverity.Critical, "HP-Accounts", "Head office", new AlertDetail { Reason = "jammed doorOpen" }),
            Alert(AlertKind.DeviceError, AlertSeverity.Critical, "Ricoh <3rd floor>", null, new AlertDetail { Reason = "warning" }),
            Alert(AlertKind.DeviceOffline, AlertSeverity.Notice, "Sharp-Engineering", "Branch", new AlertDetail()) with { What = (int)AlertTelling.Resolved, ResolvedAt = s_at.AddHours(2) },
        ];
        string text = Looked(new AlertMailText(Of(language), s_options).Html("Toner and errors of all", alerts), $"alerts.{language}");
        Assert.That(expected.Where(e => !text.Contains(e, StringComparison.Ordinal)), Is.Empty, text);
        Assert.That(text, Does.Contain("Ricoh <3rd floor>").And.Contain("Toner and errors of all"));
        Looked(new AlertMailText(Of(language), s_options).Html("Toner of all", [alerts[0]]), $"alert.{language}");
    }

    private static IReportWords Of(string language) => new ReportLanguages(s_options).Of(language);

    private static AlertRow Alert(AlertKind kind, AlertSeverity severity, string subject, string? site, AlertDetail detail) => new()
    {
        Kind = (int)kind, Severity = (int)severity, Subject = subject, Site = site, Detail = AlertDetails.Write(detail), Since = s_at, RaisedAt = s_at, What = (int)AlertTelling.Raised,
    };

    private static ReportView View(string name, params (string Key, string Name, long Pages, long Color, decimal Cost)[] people)
    {
        ImmutableArray<ReportColumn> columns = [new("key", ColumnKind.Text), new("name", ColumnKind.Text), new("impressions", ColumnKind.Count), new("color", ColumnKind.Count), new("cost", ColumnKind.Money)];
        ImmutableArray<ImmutableArray<object?>> rows = [.. people.Select(p => ImmutableArray.Create<object?>(p.Key, p.Name, p.Pages, p.Color, p.Cost))];
        ImmutableArray<object?> totals = [null, null, people.Sum(p => p.Pages), people.Sum(p => p.Color), people.Sum(p => p.Cost)];
        return new ReportView
        {
            Address = ReportAddress.Parse($"name={name}&period=lastMonth"), Rows = rows, Count = rows.Length, Totals = totals, Up = [], Down = [], Estimate = PaperEstimate.Of(900, 100, 1949, 60, new EstimateOptions()),
            Report = new Report
            {
                Name = name, Period = ReportPeriod.TryParse("2026-03-01", "2026-03-31", s_options.TimeZone, s_at, out _)!, Columns = columns, Rows = rows.ToAsyncEnumerable(), Totals = () => totals, TotalColumns = ["impressions", "color", "cost"],
            },
        };
    }

    /// <summary>The text that a reader sees.</summary>
    private static string Looked(string html, string name)
    {
        if (Environment.GetEnvironmentVariable("COPYTRACK_LOOKS") is { Length: > 0 } folder)
        {
            File.WriteAllText(Path.Combine(Directory.CreateDirectory(folder).FullName, $"mail.{name}.html"), html);
        }

        XElement root = XElement.Parse(html[html.IndexOf("<html", StringComparison.Ordinal)..]);
        Assert.That(root.Descendants().Select(e => e.Name.LocalName), Has.None.AnyOf("script", "img", "link"), "mail programs drop or block them");
        string sheet = root.Descendants("style").Single().Value;
        Assert.That((sheet.StartsWith("@media (prefers-color-scheme:dark){", StringComparison.Ordinal), sheet.Count(c => c == '{') == sheet.Count(c => c == '}'), sheet.IndexOf("}}", StringComparison.Ordinal) == sheet.Length - 2), Is.EqualTo((true, true, true)),
            "many drop a style sheet, so it holds nothing but the colours of the dark");
        Assert.That(root.Descendants().Attributes().Select(a => a.Name.LocalName), Has.None.EqualTo("class").And.None.StartsWith("on"));
        return string.Join(' ', root.Element("body")!.DescendantNodes().OfType<XText>().Select(t => t.Value.Trim()).Where(t => t.Length > 0));
    }
}
