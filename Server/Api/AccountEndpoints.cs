using System.Globalization;
using CopyTrack.Accounting.Receipts;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Receipts.Wire;
using Dapper;

namespace CopyTrack.Server.Api;

/// <summary>Whose the names are under which devices know people and projects: login names, accounts, Track IDs, Department IDs.</summary>
internal sealed class AccountEndpoints(IDatabase database, AccountNames names, PersonRepository people)
{
    private static readonly ApiAccess Write = new(Reach.Whole, Roles.Administrator);

    public IEnumerable<ApiEndpoint> All() =>
    [
        new() { Method = "GET", Path = "/accounts", Summary = "Names that devices use for people and projects.", Access = Write, Handle = ListAsync, Parameters = ApiParameter.Page, Answer = "AccountPage" },
        new()
        {
            Method = "PUT", Path = "/accounts/{kind}/{value}", Summary = "Says whose a name is; kind is login, account, track or department.", Access = Write, Handle = PutAsync, Body = "AccountInput", Answer = "Account",
        },
        new() { Method = "DELETE", Path = "/accounts/{kind}/{value}", Summary = "Forgets whose a name is.", Access = Write, Handle = DeleteAsync },
    ];

    private async Task<IResult> ListAsync(ApiCall call)
    {
        (long kind, string folded) = Cursor.Read(call.Query("cursor"), 2) is [var k, var v] ? (Cursor.Number(k), v) : (-1, "");
        int limit = call.Limit;
        return ApiResults.Ok(Page<object>.Of(
            [.. await names.ListAsync(call.Caller.OrgId, kind, folded, limit + 1, call.Aborted)], limit, a => Cursor.Of(a.Kind.ToString(CultureInfo.InvariantCulture), a.ValueFolded), a => Shape((IdentityKind)a.Kind, a.Value, a.UserName, a.Project)));
    }

    private async Task<IResult> PutAsync(ApiCall call)
    {
        JobIdentity name = NameOf(call);
        AccountInput input = await ApiJson.ReadAsync<AccountInput>(call.Context);
        if (input.User is null && input.Project is null)
        {
            throw ApiProblem.BadRequest("The body names neither a user nor a project.", "Give 'user', 'project' or both; DELETE forgets the name.");
        }

        long? person = null;
        if (input.User is string user)
        {
            person = (await people.FindAsync(call.Caller.OrgId, user, call.Aborted) ?? throw ApiProblem.NotFound("user", user)).Id;
        }

        long? project = null;
        if (input.Project is string code)
        {
            project = await database.ReadAsync(
                (c, ct) => c.ExecuteScalarAsync<long?>(new CommandDefinition(database.Sql["Project_IdByCode"], new { orgId = call.Caller.OrgId, folded = NameFolding.Fold(code) }, cancellationToken: ct)), call.Aborted)
                ?? throw ApiProblem.NotFound("project", code);
        }

        await names.PutAsync(call.Caller.OrgId, name, person, project, call.Caller.Actor, call.Aborted);
        return ApiResults.Ok(Shape(name.Kind, name.Value, input.User, input.Project));
    }

    private async Task<IResult> DeleteAsync(ApiCall call)
    {
        JobIdentity name = NameOf(call);
        return await names.DeleteAsync(call.Caller.OrgId, name, call.Caller.Actor, call.Aborted) ? ApiResults.None() : throw ApiProblem.NotFound("name", name.Value);
    }

    private static object Shape(IdentityKind kind, string value, string? user, string? project) => new { kind = kind.ToString().ToLowerInvariant(), value, user, project };

    private static JobIdentity NameOf(ApiCall call)
    {
        try
        {
            string value = call.Route("value").Trim();
            return ReceiptValidation.IsText(value) ? new JobIdentity(ReceiptWords.Kind(call.Route("kind")), value)
                : throw ApiProblem.BadRequest($"The name must have 1 to {ReceiptValidation.LongestText} characters.", "Shorten it.");
        }
        catch (WireFault e)
        {
            throw ApiProblem.BadRequest(e.Message, "Take one of these kinds.");
        }
    }

    private sealed record AccountInput
    {
        public string? User { get; init; }
        public string? Project { get; init; }
    }
}
