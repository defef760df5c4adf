using System.Globalization;
using CopyTrack.Server.Alerts;
using CopyTrack.Server.Data.Alerts;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Web.Language;
using CopyTrack.Server.Web.SignIn;
using CopyTrack.Server.Web.Tables;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>Alert rules of the caller's part of the fleet.</summary>
internal sealed class AlertRulesModel(AlertRepository alerts, FleetScopes scopes, ReportOptions options, Words words) : PageModel
{
    public TableQuery Query { get; private set; } = null!;
    public IReadOnlyList<AlertRuleRow> Rows { get; private set; } = [];
    public string? Next { get; private set; }
    public AlertSentences Sentences { get; } = new(new ReportWords(words), options.TimeZone);
    public bool HasMail => options.Mail.Server is not null;

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Query = TableQuery.Of(Request);
        if (await scopes.OfAsync(WebCaller.Of(HttpContext).Scope, cancellationToken) is not { } scope)
        {
            return;
        }

        // Where the list goes on: id and folded name of the last rule.
        string[] after = Query.After.Split('/', 2);
        bool goesOn = after.Length == 2 && long.TryParse(after[0], NumberStyles.None, CultureInfo.InvariantCulture, out _);
        IReadOnlyList<AlertRuleRow> found = await alerts.RulesAsync(scope, goesOn ? after[1] : "", goesOn ? long.Parse(after[0], CultureInfo.InvariantCulture) : 0, TableQuery.PageSize + 1, cancellationToken);
        Rows = [.. found.Take(TableQuery.PageSize)];
        Next = found.Count > TableQuery.PageSize ? FormattableString.Invariant($"{Rows[^1].Id}/{Rows[^1].NameFolded}") : null;
    }
}
