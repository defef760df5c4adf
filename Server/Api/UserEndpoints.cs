using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Privacy;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Imports;
using CopyTrack.Server.Secrets;
using Dapper;

namespace CopyTrack.Server.Api;

/// <summary>People and their cards.</summary>
internal sealed class UserEndpoints(IDatabase database, PersonRepository people, PersonUpsert upsert, ActivationCodes codes, PersonErasure erasure)
{
    private static readonly ApiAccess Read = Access.People, Write = Access.Administration;

    public IEnumerable<ApiEndpoint> All() =>
    [
        new() { Method = "GET", Path = "/users", Summary = "People by user name.", Access = Read, Handle = ListAsync, Parameters = ApiParameter.Page, Answer = "UserPage" },
        new() { Method = "GET", Path = "/users/{username}", Summary = "One person.", Access = Read, Handle = GetAsync, Answer = "User" },
        new() { Method = "PUT", Path = "/users/{username}", Summary = "Adds or changes a person: absent members stay, null clears.", Access = Write, Handle = PutAsync, Body = "UserInput", Answer = "User" },
        new() { Method = "DELETE", Path = "/users/{username}", Summary = "Erases a person; every sum stays.", Access = Write, Handle = DeleteAsync },
        new() { Method = "POST", Path = "/users/{username}/cards", Summary = "Adds a card.", Access = Write, Handle = AddCardAsync, Body = "CardInput", Answer = "User" },
        new() { Method = "POST", Path = "/users/{username}/activation-code", Summary = "Makes a single-use code for card self-registration; older ones end.", Access = Write, Handle = CodeAsync, Answer = "ActivationCode" },
    ];

    /// <summary>A person as the API tells them.</summary>
    public static object Shape(PersonState p) => new
    {
        username = p.Row.UserName, displayName = p.Row.DisplayName, email = p.Row.Email, department = p.Row.Department, costCentre = p.Row.CostCentre,
        groups = p.Groups.Select(g => g.GroupName), cards = p.Cards.Select(c => new { suffix = c.Suffix, addedBy = c.AddedBy, addedAt = c.AddedAt }), hasPin = p.Pin is not null,
        principal = p.Row.Principal, language = p.Row.Language, functions = p.Row.Functions?.Split(';') ?? [], projectRequired = p.Row.ProjectRequired, enabled = p.Row.Enabled,
        directoryEnabled = p.Row.DirectoryEnabled, source = p.Row.Source,
    };

    private async Task<IResult> ListAsync(ApiCall call)
    {
        string after = Cursor.Read(call.Query("cursor"), 1)?[0] ?? "";
        int limit = call.Limit;
        IReadOnlyList<PersonState> rows = await database.ReadAsync(async (connection, ct) =>
        {
            string[] names = [.. await connection.QueryAsync<string>(new CommandDefinition(database.Sql["Person_NamesByDepartment"],
                new { orgId = call.Caller.OrgId, whole = call.Caller.IsWhole, departments = call.Caller.Scope.Departments, find = (string?)null, after, limit = limit + 1 }, cancellationToken: ct))];
            return await people.LoadAsync(connection, call.Caller.OrgId, names, ct);
        }, call.Aborted);
        PersonState[] ordered = [.. rows.OrderBy(p => p.Row.UserFolded, StringComparer.Ordinal)];
        return ApiResults.Ok(Page<object>.Of(ordered, limit, p => Cursor.Of(p.Row.UserFolded), Shape));
    }

    private async Task<IResult> GetAsync(ApiCall call) => ApiResults.Ok(Shape(await OneAsync(call)));

    private async Task<IResult> PutAsync(ApiCall call)
    {
        string name = call.Route("username");
        PersonInput input = await ApiJson.ReadAsync<PersonInput>(call.Context);
        if (input.UserName.Length > 0 && NameFolding.Fold(input.UserName) != NameFolding.Fold(name))
        {
            throw ApiProblem.BadRequest("The body's username is not the path's.", "Leave it out; a person's user name does not change.");
        }

        ApiInputs.CheckOrganisation(input.Organisation, call.Caller);
        UpsertKind kind = await ApiInputs.TakeAsync(() => upsert.ApplyAsync(input with { UserName = name, Organisation = default }, new UpsertContext(call.Caller.OrgId, call.Caller.Actor), call.Aborted));
        return ApiResults.Ok(Shape(await OneAsync(call)), kind == UpsertKind.Added ? 201 : 200);
    }

    private async Task<IResult> DeleteAsync(ApiCall call)
    {
        PersonState person = await OneAsync(call);
        return await erasure.EraseAsync(call.Caller.OrgId, person.Row.Id, call.Caller.Actor, call.Aborted) switch
        {
            EraseOutcome.Erased => ApiResults.None(),
            EraseOutcome.NotThere => throw ApiProblem.NotFound("user", call.Route("username")),
            _ => throw new ApiProblem(409, "conflict", "That can't be done now", "A directory or a provisioning client still has the person and would bring them back.", "Take the person away there first."),
        };
    }

    private async Task<IResult> AddCardAsync(ApiCall call)
    {
        PersonState person = await OneAsync(call);
        CardInput input = await ApiJson.ReadAsync<CardInput>(call.Context);
        UpsertKind kind = await ApiInputs.TakeAsync(() => upsert.ApplyAsync(
            new PersonInput { UserName = person.Row.UserName, AddedCard = input.Card ?? "" }, new UpsertContext(call.Caller.OrgId, call.Caller.Actor), call.Aborted));
        return ApiResults.Ok(Shape(await OneAsync(call)), kind == UpsertKind.Unchanged ? 200 : 201);
    }

    private async Task<IResult> CodeAsync(ApiCall call)
    {
        PersonState person = await OneAsync(call);
        (string code, DateTimeOffset expiresAt) = await codes.MakeAsync(call.Caller.OrgId, person.Row.Id, call.Caller.Actor, call.Aborted);
        return ApiResults.Ok(new { username = person.Row.UserName, code, expiresAt }, 201);
    }

    private async Task<PersonState> OneAsync(ApiCall call)
    {
        PersonState? person = await people.FindWholeAsync(call.Caller.OrgId, call.Route("username"), call.Aborted);
        return person is not null && call.Caller.Sees(person.Row) ? person : throw ApiProblem.NotFound("user", call.Route("username"));
    }

    private sealed class CardInput
    {
        public string? Card { get; init; }
    }
}
