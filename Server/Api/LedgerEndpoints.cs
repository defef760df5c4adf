using System.Globalization;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;
using CopyTrack.Server.Reports;
using Dapper;

namespace CopyTrack.Server.Api;

/// <summary>Sessions and ledger entries.</summary>
internal sealed class LedgerEndpoints(IDatabase database, EntryReader entries, ReportOptions options, TimeProvider time)
{
    private static readonly ApiAccess Read = Access.Reports;

    public IEnumerable<ApiEndpoint> All() =>
    [
        new()
        {
            Method = "GET", Path = "/sessions", Summary = "Walk-up sessions, newest first.", Access = Read, Handle = SessionsAsync, Answer = "SessionPage",
            Parameters =
            [
                new("state", "string", "open, opening, awaitingProject, active, settling or settled."), new("device", "string", "Name of a device."),
                new("user", "string", "A user name."), .. ApiParameter.Period, .. ApiParameter.Page,
            ],
        },
        new()
        {
            Method = "GET", Path = "/ledger", Summary = "Ledger entries in order of time.", Access = Read, Handle = LedgerAsync, Answer = "EntryPage",
            Parameters = [.. ApiParameter.Period, new("device", "string", "Name of a device."), new("user", "string", "A user name."), .. ApiParameter.Page],
        },
    ];

    private static object Shape(SessionView s) => new
    {
        id = Id(s.Id), state = Words.Camel(((SessionState)s.State).ToString()), device = s.Device ?? Id(s.DeviceId), terminal = s.TerminalId, user = s.UserName ?? Id(s.PersonId), project = s.Project,
        method = s.Method, functions = s.Functions.Split(';', StringSplitOptions.RemoveEmptyEntries), openedAt = s.OpenedAt, lastActivityAt = s.LastActivityAt, endedAt = s.EndedAt,
        settledAt = s.SettledAt, endReason = s.EndReason == 0 ? null : Words.Camel(((EndReason)s.EndReason).ToString()), inferred = s.Inferred, inferredReason = s.InferredReason,
    };

    private async Task<IResult> SessionsAsync(ApiCall call)
    {
        (int lowest, int highest) = call.Query("state") switch
        {
            null => (0, 4),
            "open" => (0, 2),
            var s when Enum.TryParse(s, true, out SessionState one) && Enum.IsDefined(one) && !char.IsDigit(s[0]) => ((int)one, (int)one),
            _ => throw ApiProblem.BadRequest("'state' is no state of a session.", "Use open, opening, awaitingProject, active, settling or settled."),
        };
        ReportPeriod? period = call.Query("from") is null && call.Query("to") is null ? null : ReportEndpoints.PeriodOf(call, options, time);
        ReportFilter filter = await NarrowAsync(call);
        (long opened, long before) = Cursor.Read(call.Query("cursor"), 2) is [var at, var last] ? (Cursor.Number(at), Cursor.Number(last)) : (long.MaxValue, long.MaxValue);
        (ReportScope scope, int limit) = (call.Caller.Scope, call.Limit);
        SessionView[] rows = await database.ReadAsync(async (connection, ct) => (await connection.QueryAsync<SessionView>(new CommandDefinition(database.Sql[filter.PersonId is > 0 ? "Session_OfPerson" : highest <= 3 ? "Session_Live" : "Session_ListWithNames"], new
        {
            orgId = call.Caller.OrgId, lowest, highest, device = filter.DeviceId, person = filter.PersonId, 
            whole = scope.IsWhole, sites = scope.Sites, departments = scope.Departments, projects = scope.Projects, onlyProjects = scope.OnlyProjects, from = period?.From.ToMicros(), to = period?.To.ToMicros(), opened, before, limit = limit + 1,
        }, cancellationToken: ct))).ToArray(), call.Aborted);
        return ApiResults.Ok(Page<object>.Of(rows, limit, s => Cursor.Of(Id(s.OpenedAt.ToMicros()), Id(s.Id)), s => Shape(call.Caller.Scope.Names is { } names ? s with { UserName = names.Of(s.PersonId) } : s)));
    }

    private async Task<IResult> LedgerAsync(ApiCall call)
    {
        ReportPeriod period = ReportEndpoints.PeriodOf(call, options, time);
        ReportFilter filter = await NarrowAsync(call);
        EntryPlace? after = Cursor.Read(call.Query("cursor"), 3) is [var at, var device, var seq]
            ? new EntryPlace(Instant.FromMicros(Math.Clamp(Cursor.Number(at), 0, 253_402_300_799_999_999)), Cursor.Number(device), Cursor.Number(seq)) : null;
        int limit = call.Limit;
        return await database.ReadAsync(async (connection, ct) =>
        {
            List<EntryLine> rows = await entries.PageAsync(connection, period, call.Caller.Scope, filter, after, limit + 1, ct);
            EpochSets sets = new(database, connection);
            List<(EntryLine Line, BaseCounter? Counter)> counted = [];
            foreach (EntryLine row in rows)
            {
                counted.Add((row, Array.Find(await sets.OfAsync(row.DeviceId, ct), e => e.Epoch == row.Epoch)?.Set.Counters.FirstOrDefault(c => c.Index == row.Counter)));
            }

            return ApiResults.Ok(Page<object>.Of(counted, limit, e => Cursor.Of(Id(e.Line.At.ToMicros()), Id(e.Line.DeviceId), Id(e.Line.Seq)), e => Shape(e.Line, e.Counter)));
        }, call.Aborted);
    }

    private static object Shape(EntryLine e, BaseCounter? counter) => new
    {
        at = e.At, device = e.DeviceName ?? Id(e.DeviceId), seq = e.Seq, epoch = e.Epoch, interval = e.IntervalSeq,
        counter = counter is null ? null : new
        {
            function = Words.Of(counter.Key.Function), color = Words.Camel(counter.Key.Color.ToString()), size = Words.Camel(counter.Key.Size.ToString()),
            sides = Words.Camel(counter.Key.Sides.ToString()), unit = Words.Of(counter.Key.Unit),
        },
        delta = e.Delta, user = e.PersonId is long p ? e.UserName ?? Id(p) : null, project = e.ProjectId is long j ? e.ProjectCode ?? Id(j) : null,
        session = e.SessionId is long s ? Id(s) : null, cause = Words.Of((Cause)e.Cause), confidence = Words.Of((Confidence)e.Confidence), source = Words.Of((EntrySource)e.Source),
        evidence = e.Evidence, reverses = e.Reverses,
    };

    private async Task<ReportFilter> NarrowAsync(ApiCall call)
    {
        try
        {
            return await entries.NarrowAsync(call.Caller.Scope, call.Query("device"), call.Query("user"), call.Aborted);
        }
        catch (ReportRequestException e)
        {
            throw ApiProblem.BadRequest(e.Message, "Check the spelling, or leave the parameter out.");
        }
    }

    private static string Id(long id) => id.ToString(CultureInfo.InvariantCulture);
}
