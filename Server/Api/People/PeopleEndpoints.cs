using System.Globalization;
using CopyTrack.Server.Data.Privacy;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Imports;
using CopyTrack.Server.Reports;
using CopyTrack.Server.Reports.Export;
using CopyTrack.Server.Secrets;

namespace CopyTrack.Server.Api.People;

/// <summary>What administrators do to people beside their data: merge, new PIN, cards that were shown, export and retention.</summary>
internal sealed class PeopleEndpoints(
    PersonRepository people, PersonMergeRepository merges, PinRepository pins, CardRepository cards, PersonExport export, ExportGate gate, ReportOptions options, Retention retention, IHashKeys keys)
{
    public IEnumerable<ApiEndpoint> All() =>
    [
        new()
        {
            Method = "POST", Path = "/users/{username}/merge", Summary = "Makes a person one with another: cards, PIN, projects and limits go over, sessions and ledger stay and are shown under the other.",
            Access = Access.Administration, Handle = MergeAsync, Body = "MergeInput", Answer = "User",
        },
        new() { Method = "POST", Path = "/users/{username}/pin", Summary = "Makes a new PIN; told this once.", Access = Access.Administration, Handle = PinAsync, Answer = "Pin" },
        new()
        {
            Method = "POST", Path = "/access-log/{id}/assign", Summary = "Gives the card of a refused login, which nobody had, to a person.", Access = Access.Administration, Handle = AssignAsync, Body = "AssignInput", Answer = "User",
        },
        new() { Method = "GET", Path = "/users/{username}/export", Summary = "All that is kept of a person, as a ZIP file with JSON.", Access = Access.Administration, Handle = ExportAsync },
        new() { Method = "GET", Path = "/retention", Summary = "How long fields are kept, and how many things are due to go.", Access = Access.Administration, Handle = RetentionAsync, Answer = "Retention" },
        new() { Method = "PUT", Path = "/retention/{field}", Summary = "Sets how many days a field is kept; null for its standard, or for ever where it has none.", Access = Access.Administration, Handle = KeepAsync, Body = "RetentionInput", Answer = "Retention" },
    ];

    private static string Id(long id) => id.ToString(CultureInfo.InvariantCulture);

    private async Task<IResult> MergeAsync(ApiCall call)
    {
        PersonRow from = await OneAsync(call, call.Route("username"));
        MergeInput input = await ApiJson.ReadAsync<MergeInput>(call.Context);
        PersonRow into = await OneAsync(call, input.Into ?? "");
        return await merges.MergeAsync(call.Caller.OrgId, from.Id, into.Id, call.Caller.Actor, call.Aborted) switch
        {
            MergeOutcome.Merged => ApiResults.Ok(UserEndpoints.Shape((await people.FindWholeAsync(call.Caller.OrgId, into.UserName, call.Aborted))!)),
            MergeOutcome.NotThere => throw ApiProblem.BadRequest("A person can't be merged with themselves.", "Name another person as 'into'."),
            MergeOutcome.MergedBefore => throw Conflict("One of them was merged before", "Merge with the person that they were merged into."),
            _ => throw Conflict("A directory or a provisioning client still has the person who would go", "Merge the other way round, or take the person away there first."),
        };
    }

    private async Task<IResult> PinAsync(ApiCall call)
    {
        PersonRow person = await OneAsync(call, call.Route("username"));
        string pin = await pins.GenerateAsync(call.Caller.OrgId, person.Id, keys.Current, call.Caller.Actor, call.Aborted);
        return ApiResults.Ok(new { username = person.UserName, pin }, 201);
    }

    private async Task<IResult> AssignAsync(ApiCall call)
    {
        AssignInput input = await ApiJson.ReadAsync<AssignInput>(call.Context);
        CardAssignment outcome = long.TryParse(call.Route("id"), NumberStyles.None, CultureInfo.InvariantCulture, out long id)
            ? await cards.AssignAsync(call.Caller.OrgId, id, InputRules.Key(input.User) ?? "", keys.Current.LiveKeyIds, call.Caller.Actor, call.Aborted) : new CardAssignment.NoCard();
        return outcome switch
        {
            CardAssignment.Assigned assigned => ApiResults.Ok(UserEndpoints.Shape((await people.FindWholeAsync(call.Caller.OrgId, assigned.Person.UserName, call.Aborted))!)),
            CardAssignment.Taken => throw Conflict("The card belongs to someone by now", "Take it from them first, if that is wrong."),
            CardAssignment.OldKey => throw Conflict("The card was seen before the hash key was retired", "Have it shown to the reader once more."),
            CardAssignment.NoPerson => throw ApiProblem.NotFound("user", input.User ?? ""),
            _ => throw ApiProblem.NotFound("unknown card", call.Route("id")),
        };
    }

    private async Task<IResult> ExportAsync(ApiCall call)
    {
        PersonRow person = await OneAsync(call, call.Route("username"));
        using IDisposable place = await gate.EnterAsync(call.Aborted) ?? throw ApiProblem.TooMany((int)options.Exports.Patience.TotalSeconds);
        call.Context.Response.ContentType = "application/zip";
        call.Context.Response.Headers.ContentDisposition = $"attachment; filename=\"person-{Id(person.Id)}.zip\"";
        await export.WriteAsync(call.Caller.OrgId, person.Id, call.Caller.Actor, () => call.Context.Response.Body, call.Aborted);
        return Results.Empty;
    }

    private async Task<IResult> RetentionAsync(ApiCall call) => ApiResults.Ok(new
    {
        fields = (await retention.PreviewAsync(new Dictionary<string, int?>(), call.Aborted)).Select(s => new { field = s.Field.Name, days = s.Days, standard = s.Field.Standard, least = s.Field.Least, due = s.Due }),
    });

    private async Task<IResult> KeepAsync(ApiCall call)
    {
        RetentionField field = Retention.Fields.FirstOrDefault(f => f.Name == call.Route("field")) ?? throw ApiProblem.NotFound("field", call.Route("field"));
        RetentionInput input = await ApiJson.ReadAsync<RetentionInput>(call.Context);
        if (input.Days is { } days && (days < field.Least || days > Retention.Longest))
        {
            throw ApiProblem.BadRequest($"'{field.Name}' is kept for {field.Least} to {Retention.Longest} days.", "Give a number of days between, or null for ever (the access log: 90 days).");
        }

        await retention.SetAsync(field, input.Days, call.Caller.Actor, call.Aborted);
        return await RetentionAsync(call);
    }

    private async Task<PersonRow> OneAsync(ApiCall call, string name) =>
        InputRules.Key(name) is not null && await people.FindAsync(call.Caller.OrgId, name, call.Aborted) is { } person ? person : throw ApiProblem.NotFound("user", name);

    private static ApiProblem Conflict(string detail, string action) => new(409, "conflict", "That can't be done now", detail + ".", action);

    private sealed record MergeInput
    {
        public string? Into { get; init; }
    }

    private sealed record AssignInput
    {
        public string? User { get; init; }
    }

    private sealed record RetentionInput
    {
        public int? Days { get; init; }
    }
}
