using System.Globalization;
using CopyTrack.Accounting.Alerts;
using CopyTrack.Server.Alerts;
using CopyTrack.Server.Data.Alerts;
using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Web.Language;
using CopyTrack.Server.Web.SignIn;
using CopyTrack.Server.Web.Tables;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Alerts that go on and those that are over, as far as the caller sees devices; narrowed by the query, a page at a time.</summary>
internal sealed class AlertsModel(AlertRepository alerts, FleetScopes scopes, ReportOptions options, Words words, TimeProvider time) : PageModel
{
    private const int LongestDate = 40;

    public TableQuery Query { get; private set; } = null!;
    public AlertQuestion Asked { get; private set; } = new();
    public string? From { get; private set; }
    public string? To { get; private set; }

    /// <summary>What is wrong with the period, in English.</summary>
    public string? Fault { get; private set; }
    public IReadOnlyList<AlertRow> Rows { get; private set; } = [];
    public string? Next { get; private set; }
    public AlertSentences Sentences { get; } = new(new ReportWords(words), options.TimeZone);

    public bool IsNarrowed => Asked != new AlertQuestion();

    /// <summary>Class of the mark of a severity.</summary>
    public static string BadgeOf(int severity) => (AlertSeverity)severity switch { AlertSeverity.Critical => "bad", AlertSeverity.Warning => "warn", _ => "" };

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Query = TableQuery.Of(Request);
        (From, To) = (Short(Request.Query["from"]), Short(Request.Query["to"]));
        ReportPeriod? period = null;
        if (From is not null || To is not null)
        {
            period = ReportPeriod.TryParse(From, To, options.TimeZone, time.GetUtcNow(), out string fault);
            Fault = period is null ? fault : null;
        }

        Asked = AlertQuestions.Of(Request.Query, period);
        if (await scopes.OfAsync(WebCaller.Of(HttpContext).Scope, cancellationToken) is not { } scope)
        {
            return;
        }

        long before = long.TryParse(Query.After, NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? id : long.MaxValue;
        IReadOnlyList<AlertRow> found = await alerts.ListAsync(scope, Asked, before, TableQuery.PageSize + 1, cancellationToken);
        Rows = [.. found.Take(TableQuery.PageSize)];
        Next = found.Count > TableQuery.PageSize ? Rows[^1].Id.ToString(CultureInfo.InvariantCulture) : null;
    }

    private static string? Short(string? text) => string.IsNullOrWhiteSpace(text) || text.Length > LongestDate ? null : text;
}
