using CopyTrack.Identity.Ldap;
using CopyTrack.Server.Data.Directories;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Directories;

namespace CopyTrack.Server.Api;

/// <summary>Directories that people are replicated from.</summary>
internal sealed class DirectoryEndpoints(DirectoryConnectors directories, DirectoryMappings mappings, DirectoryRepository rows, AuditLog audit)
{
    private static readonly ApiAccess Read = new(Reach.Whole, Roles.Administrator, Roles.Monitor);
    private static readonly ApiAccess Write = new(Reach.Whole, Roles.Administrator);

    public IEnumerable<ApiEndpoint> All() =>
    [
        new() { Method = "GET", Path = "/directories", Summary = "Directories with their last runs.", Access = Read, Handle = ListAsync, Answer = "DirectoryPage" },
        new() { Method = "GET", Path = "/directories/{name}/runs", Summary = "Runs of a directory, the newest first; the one under way shows its progress.", Access = Read, Handle = RunsAsync, Parameters = ApiParameter.Page, Answer = "DirectoryRunPage" },
        new() { Method = "POST", Path = "/directories/{name}/replicate", Summary = "Asks for a run; it begins within seconds.", Access = Write, Handle = ReplicateAsync, Body = "ReplicateInput", Answer = "DirectoryAsked" },
        new() { Method = "GET", Path = "/directories/{name}/mapping", Summary = "The mapping that was set beside the configuration; null members are as configured.", Access = Read, Handle = MappingAsync, Answer = "DirectoryMapping" },
        new() { Method = "PUT", Path = "/directories/{name}/mapping", Summary = "Sets the mapping; absent and null members go back to the configuration. The next run reads everything.", Access = Write, Handle = MapAsync, Body = "DirectoryMapping", Answer = "DirectoryMapping" },
    ];

    private static object Shape(RunRow r) => new
    {
        id = r.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), kind = r.Kind, startedBy = r.StartedBy, startedAt = r.StartedAt, endedAt = r.EndedAt, outcome = r.Outcome, phase = r.Phase,
        server = r.Server, seen = r.Seen, added = r.Added, changed = r.Changed, unchanged = r.Unchanged, deactivated = r.Deactivated, reactivated = r.Reactivated, purged = r.Purged,
        problems = r.Problems, referrals = r.Referrals, cause = r.Cause == 0 ? null : ((LdapCause)r.Cause).ToString(), message = r.Message, details = r.Details?.Split('\n') ?? [], nextDue = r.NextDue,
    };

    private async Task<IResult> ListAsync(ApiCall call)
    {
        List<object> items = [];
        foreach (DirectoryOptions directory in call.Caller.OrgId == OrganisationRepository.DefaultId ? await directories.AllAsync(call.Aborted) : [])
        {
            DirectoryRow row = await rows.EnsureAsync(OrganisationRepository.DefaultId, directory.Name, call.Aborted);
            RunRow? last = await rows.RunsAsync(row.Id, null, 1, call.Aborted) is [RunRow newest] ? newest : null;
            items.Add(new
            {
                name = directory.Name, servers = directory.Servers.Select(s => s.ToString()), automatic = row.Automatic, nextDue = row.Automatic || row.Wanted is not null ? row.NextDue : (DateTimeOffset?)null,
                lastRun = last is null ? null : Shape(last),
            });
        }

        return ApiResults.Ok(new Page<object>(items, null));
    }

    private async Task<IResult> RunsAsync(ApiCall call)
    {
        DirectoryRow row = await OneAsync(call);
        long? before = Cursor.Read(call.Query("cursor"), 1) is [string text] && long.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out long id) ? id : null;
        int limit = call.Limit;
        return ApiResults.Ok(Page<object>.Of(
            await rows.RunsAsync(row.Id, before, limit + 1, call.Aborted), limit, r => Cursor.Of(r.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)), Shape));
    }

    private async Task<IResult> ReplicateAsync(ApiCall call)
    {
        DirectoryRow row = await OneAsync(call);
        ReplicateInput input = await ApiJson.ReadAsync<ReplicateInput>(call.Context);
        string wanted = input.Full == true ? "full" : "changes";
        await audit.TellAsync(call.Caller.OrgId, call.Caller.Actor, "directory.replicate", FormattableString.Invariant($"directory:{row.Id}"), wanted, call.Aborted);
        await rows.WantAsync(row.Id, wanted, call.Aborted);
        return ApiResults.Ok(new { directory = row.Name, wanted }, 202);
    }

    private async Task<IResult> MappingAsync(ApiCall call) => ApiResults.Ok(MapTexts.OfStored((await OneAsync(call)).Mapping));

    private async Task<IResult> MapAsync(ApiCall call)
    {
        DirectoryRow row = await OneAsync(call);
        try
        {
            return ApiResults.Ok(await mappings.SetAsync(row, await ApiJson.ReadAsync<MapTexts>(call.Context), call.Caller.Actor, call.Aborted));
        }
        catch (MappingFaultException fault)
        {
            throw new ApiProblem(422, "badValue", "A value can't be taken", $"{char.ToLowerInvariant(fault.Key[0])}{fault.Key[1..]}: {fault.Message}.", "Correct the member that is named and send the body again.");
        }
    }

    private async Task<DirectoryRow> OneAsync(ApiCall call) =>
        call.Caller.OrgId == OrganisationRepository.DefaultId && await directories.FindAsync(call.Route("name"), call.Aborted) is { } directory
            ? await rows.EnsureAsync(OrganisationRepository.DefaultId, directory.Name, call.Aborted)
            : throw ApiProblem.NotFound("directory", call.Route("name"));

    private sealed class ReplicateInput
    {
        public bool? Full { get; init; }
    }
}
