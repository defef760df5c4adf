using CopyTrack.Server.Api;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Web.SignIn;
using CopyTrack.Server.Web.Site;
using CopyTrack.Server.Web.Tables;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CopyTrack.Server.Web.Pages;

/// <summary>The audit log: who changed what, when, from what to what; narrowed by the query, a page at a time, and the same as CSV.</summary>
internal sealed class AuditModel(AuditLog audit, AuditNames names, ReportOptions options, TimeProvider time) : PageModel
{
    private const int Shown = 30, LongestFilter = 200;

    private static readonly string[] s_named = ["setting:", "priceList:", "webhook:", "serverVersion:"];

    public string? Actor { get; private set; }
    public string? Does { get; private set; }
    public string? Subject { get; private set; }
    public string? From { get; private set; }
    public string? To { get; private set; }

    /// <summary>What is wrong with the period, in English.</summary>
    public string? Fault { get; private set; }

    public IReadOnlyList<AuditRow> Rows { get; private set; } = [];
    public IReadOnlyDictionary<string, string> Names { get; private set; } = new Dictionary<string, string>();
    public string? Next { get; private set; }
    public string Csv => Request.Path + QueryString.Create(Filters().Append(new("handler", "Csv")));

    /// <summary>What an id is called today; the id where nothing is. Where the log has no number but a name, as of settings, price lists and webhooks, the name.</summary>
    public string NameOf(string id) => Names.GetValueOrDefault(id) ?? (s_named.FirstOrDefault(k => id.StartsWith(k, StringComparison.Ordinal)) is { } kind ? id[kind.Length..] : id);

    public async Task OnGetAsync(string? actor, string? does, string? subject, string? from, string? to, long? before, CancellationToken cancellationToken)
    {
        WebCaller caller = WebCaller.Of(HttpContext);
        AuditQuestion question = Question(actor, does, subject, from, to);
        IReadOnlyList<AuditRow> found = await audit.ListAsync(caller.OrgId, question, before, Shown + 1, cancellationToken);
        Rows = [.. found.Take(Shown)];
        Names = await names.OfAsync(caller.OrgId, Rows.SelectMany(r => new[] { r.Actor, r.Subject }.Concat(AuditValueTexts.Ids(r))), cancellationToken);
        Next = found.Count > Shown ? Request.Path + QueryString.Create(Filters().Append(new("before", Rows[^1].Id.ToString(System.Globalization.CultureInfo.InvariantCulture)))) : null;
    }

    /// <summary>All rows of the question, streamed; ids and not names, as the log holds them.</summary>
    public async Task<IActionResult> OnGetCsvAsync(string? actor, string? does, string? subject, string? from, string? to, CancellationToken cancellationToken)
    {
        AuditQuestion question = Question(actor, does, subject, from, to);
        await CsvAnswer.WriteAsync(Response, "audit", ["at", "actor", "action", "subject", "before", "after"], RowsAsync(question, cancellationToken), cancellationToken);
        return new EmptyResult();
    }

    private async IAsyncEnumerable<IEnumerable<string?>> RowsAsync(AuditQuestion question, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (AuditRow r in audit.AllAsync(WebCaller.Of(HttpContext).OrgId, question, cancellationToken))
        {
            yield return [ReportText.Of(r.At), r.Actor, r.Action, r.Subject, r.BeforeValue, r.AfterValue];
        }
    }

    private AuditQuestion Question(string? actor, string? does, string? subject, string? from, string? to)
    {
        (Actor, Does, Subject, From, To) = (Short(actor), Short(does), Short(subject), Short(from), Short(to));
        ReportPeriod? period = null;
        if (From is not null || To is not null)
        {
            period = ReportPeriod.TryParse(From, To, options.TimeZone, time.GetUtcNow(), out string fault);
            Fault = period is null ? fault : null;
        }

        return new AuditQuestion(Actor, Does, Subject, period?.From, period?.To);
    }

    private IEnumerable<KeyValuePair<string, string?>> Filters() =>
        new KeyValuePair<string, string?>[] { new("actor", Actor), new("does", Does), new("subject", Subject), new("from", From), new("to", To) }.Where(p => p.Value is not null);

    private static string? Short(string? text) => string.IsNullOrWhiteSpace(text) || text.Length > LongestFilter || text.Any(char.IsControl) ? null : text.Trim();
}
