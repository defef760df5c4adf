using System.Globalization;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Api;

/// <summary>The audit log: who changed what, when, from what to what.</summary>
internal sealed class AuditEndpoints(AuditLog audit, ReportOptions options, TimeProvider time)
{
    private const int LongestFilter = 200;

    public IEnumerable<ApiEndpoint> All() =>
    [
        new()
        {
            Method = "GET", Path = "/audit-log", Summary = "Changes, newest first: who, what, before, after. Ids stand for people; secrets are never told.", Access = Access.Administration, Handle = ListAsync, Answer = "AuditPage",
            Parameters =
            [
                new("actor", "string", "Who, as account:ID, person:ID, token:ID or cli."), new("action", "string", "An action, or the beginning of several with its dot, as person."),
                new("subject", "string", "What, as person:ID."), .. ApiParameter.Period, .. ApiParameter.Page,
            ],
        },
    ];

    private async Task<IResult> ListAsync(ApiCall call)
    {
        ReportPeriod? period = call.Query("from") is null && call.Query("to") is null ? null : ReportEndpoints.PeriodOf(call, options, time);
        AuditQuestion question = new(Short(call, "actor"), Short(call, "action"), Short(call, "subject"), period?.From, period?.To);
        long? before = Cursor.Read(call.Query("cursor"), 1) is [var last] ? Cursor.Number(last) : null;
        int limit = call.Limit;
        return ApiResults.Ok(Page<object>.Of([.. await audit.ListAsync(call.Caller.OrgId, question, before, limit + 1, call.Aborted)], limit, r => Cursor.Of(r.Id), Shape));
    }

    private static object Shape(AuditRow r) => new
    {
        id = r.Id.ToString(CultureInfo.InvariantCulture), at = r.At, actor = r.Actor, action = r.Action, subject = r.Subject, before = r.BeforeValue, after = r.AfterValue,
    };

    private static string? Short(ApiCall call, string name) => call.Query(name) is not { } value ? null
        : value.Length <= LongestFilter && !value.Any(char.IsControl) ? value : throw ApiProblem.BadRequest($"'{name}' is no filter.", "Give an id or an action of the log.");
}
