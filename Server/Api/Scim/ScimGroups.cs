using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Imports;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Api.Scim;

/// <summary>Groups as a provisioning client sees them (RFC 7643 §4.2). Members are people; groups inside groups are refused.</summary>
internal sealed class ScimGroups(IDatabase database, ScimRepository scim, AuditLog audit, IdGenerator ids, TimeProvider time)
{
    private const int MaxMembers = 50_000;

    public async Task<IResult> ListAsync(ScimCall call)
    {
        var (start, count) = call.Window;
        var org = call.Caller.OrgId;
        if (call.Query("filter") is not { } text)
        {
            var rows = count == 0 ? [] : await scim.GroupsAsync("ScimGroup_Slice", new { orgId = org, offset = start - 1, limit = count }, call.Aborted);
            return ScimCall.List(await ShowAsync(call, rows), await scim.CountGroupsAsync(org, call.Aborted), start);
        }

        var filter = ScimFilter.Parse(text);
        IReadOnlyList<ScimGroupRow> all = filter.MustEqual("displayName") is { } name
            ? InputRules.Key(name) is { } folded ? await scim.GroupsAsync("ScimGroup_ByName", new { orgId = org, folded }, call.Aborted) : []
            : await scim.GroupsAsync("ScimGroup_Slice", new { orgId = org, offset = 0, limit = Identity.Replication.GroupGraph.MaxGroups }, call.Aborted);
        var found = all.Where(g => filter.Matches(Of(g, null, call.Root))).ToList();
        return ScimCall.List(await ShowAsync(call, [.. found.Skip(start - 1).Take(count)]), found.Count, start);
    }

    public async Task<IResult> GetAsync(ScimCall call)
    {
        var group = await database.ReadAsync((c, ct) => scim.GroupAsync(c, call.Caller.OrgId, call.Id, ct), call.Aborted) ?? throw ScimProblem.NotFound();
        return call.Show((await ShowAsync(call, [group]))[0]);
    }

    public async Task<IResult> PostAsync(ScimCall call)
    {
        var body = await call.ReadAsync();
        var now = time.GetUtcNow();
        var group = Named(new ScimGroupRow { Id = ids.Next(), OrgId = call.Caller.OrgId, Name = "", NameFolded = "", CreatedAt = now, UpdatedAt = now }, Text(body, "displayName"), Text(body, "externalId"));
        var members = Members(ScimPath.Member(body, "members"));
        await WriteAsync(
            async (c, ct) =>
            {
                await scim.AddGroupAsync(c, group, ct);
                await ChangeAsync(c, call, group, group, members, [], "group.add", ct);
                return true;
            },
            call.Aborted);
        return call.Show((await ShowAsync(call, [group]))[0], 201);
    }

    public async Task<IResult> PutAsync(ScimCall call)
    {
        var body = await call.ReadAsync();
        var members = Members(ScimPath.Member(body, "members"));
        return await ChangedAsync(call, (group, present) => (Named(group, Text(body, "displayName"), Text(body, "externalId")), [.. members.Except(present)], [.. present.Except(members)]));
    }

    public async Task<IResult> PatchAsync(ScimCall call)
    {
        var operations = ScimPatch.Read(await call.ReadAsync());
        return await ChangedAsync(call, (group, present) => Patched(group, present, operations));
    }

    public async Task<IResult> DeleteAsync(ScimCall call)
    {
        await WriteAsync(
            async (c, ct) =>
            {
                var group = await scim.GroupAsync(c, call.Caller.OrgId, call.Id, ct) ?? throw ScimProblem.NotFound();
                call.Check(ScimUserJson.Version(group.UpdatedAt));
                var members = await scim.MembersAsync(c, group.Id, ct);
                await scim.DeleteGroupAsync(c, group, ct);
                await audit.AddAsync(c, call.Caller.OrgId, call.Caller.Actor, "group.delete", $"group:{group.Id}", new AuditValues().Add("name", group.Name, null).Add("members", members.Count, null), ct);
                return true;
            },
            call.Aborted);
        return Results.StatusCode(204);
    }

    private static (ScimGroupRow Group, List<long> Come, List<long> Gone) Patched(ScimGroupRow group, IReadOnlyCollection<long> present, IReadOnlyList<ScimOperation> operations)
    {
        var now = present.ToHashSet();
        foreach (var operation in operations.SelectMany(Whole))
        {
            switch (operation.Path!.Attribute.ToLowerInvariant())
            {
                case "members" when operation is { Kind: "remove", Which: { } which }:
                    now.RemoveWhere(id => which.Matches(new JsonObject { ["value"] = id.ToString(CultureInfo.InvariantCulture) }));
                    break;
                case "members" when operation is { Kind: "remove", Value: { } some }:
                    now.ExceptWith(Members(some));
                    break;
                case "members" when operation.Kind == "remove":
                    now.Clear();
                    break;
                case "members" when operation.Kind == "add":
                    now.UnionWith(Members(operation.Value));
                    break;
                case "members":
                    now = [.. Members(operation.Value)];
                    break;
                case "displayname":
                    group = Named(group, operation.Kind == "remove" ? null : Text(operation.Value, "displayName"), group.ExternalId);
                    break;
                case "externalid":
                    group = Named(group, group.Name, operation.Kind == "remove" ? null : Text(operation.Value, "externalId"));
                    break;
                case "id" or "schemas" or "meta":
                    break;
                default:
                    throw ScimProblem.BadPath($"groups have no {ApiProblem.Shorten(operation.Path.Attribute)}");
            }
        }

        return (group, [.. now.Except(present)], [.. present.Except(now)]);

        static IEnumerable<ScimOperation> Whole(ScimOperation operation) => operation.Path is not null ? [operation]
            : (operation.Value as JsonObject ?? throw ScimProblem.BadValue("without a path the value must be an object")).Select(m => operation with { Path = new ScimFilterParser(m.Key).ChangePath().Path, Value = m.Value });
    }

    private async Task<IResult> ChangedAsync(ScimCall call, Func<ScimGroupRow, IReadOnlyCollection<long>, (ScimGroupRow Group, List<long> Come, List<long> Gone)> change)
    {
        var changed = await WriteAsync(
            async (c, ct) =>
            {
                var before = await scim.GroupAsync(c, call.Caller.OrgId, call.Id, ct) ?? throw ScimProblem.NotFound();
                call.Check(ScimUserJson.Version(before.UpdatedAt));
                var (after, come, gone) = change(before, [.. (await scim.MembersAsync(c, before.Id, ct)).Select(m => m.Id)]);
                after = after with { UpdatedAt = time.GetUtcNow() };
                await ChangeAsync(c, call, before, after, come, gone, "group.change", ct);
                return after;
            },
            call.Aborted);
        return call.Show((await ShowAsync(call, [changed]))[0]);
    }

    private async Task ChangeAsync(
        DbConnection connection, ScimCall call, ScimGroupRow before, ScimGroupRow after, List<long> come, List<long> gone, string action, CancellationToken cancellationToken)
    {
        if ((await scim.KnownAsync(connection, call.Caller.OrgId, come, cancellationToken)).Count != come.Distinct().Count())
        {
            throw ScimProblem.BadValue("a member is no provisioned person");
        }

        await scim.ChangeGroupAsync(connection, before, after, come, gone, cancellationToken);
        var values = new AuditValues().Add("name", action == "group.add" ? null : before.Name, after.Name).Add("externalId", action == "group.add" ? null : before.ExternalId, after.ExternalId)
            .Add("members", People(gone), People(come));
        if (!values.IsEmpty)
        {
            await audit.AddAsync(connection, call.Caller.OrgId, call.Caller.Actor, action, $"group:{after.Id}", values, cancellationToken);
        }
    }

    private async Task<List<JsonObject>> ShowAsync(ScimCall call, IReadOnlyList<ScimGroupRow> groups)
    {
        // Clients that only look for a group leave its members out.
        var without = call.Query("excludedAttributes")?.Split(',').Any(a => a.Trim().Equals("members", StringComparison.OrdinalIgnoreCase)) == true;
        var shown = new List<JsonObject>(groups.Count);
        foreach (var group in groups)
        {
            shown.Add(Of(group, without ? null : await database.ReadAsync((c, ct) => scim.MembersAsync(c, group.Id, ct), call.Aborted), call.Root));
        }

        return shown;
    }

    /// <summary>Who left and who came, by id; of many only how many.</summary>
    private static string? People(List<long> ids) => ids.Count switch
    {
        0 => null,
        > 20 => string.Create(CultureInfo.InvariantCulture, $"{ids.Count} people"),
        _ => string.Join(';', ids.Select(id => string.Create(CultureInfo.InvariantCulture, $"person:{id}"))),
    };

    private static JsonObject Of(ScimGroupRow group, IReadOnlyList<(long Id, string Name)>? members, string root)
    {
        var id = group.Id.ToString(CultureInfo.InvariantCulture);
        var shown = new JsonObject { ["schemas"] = new JsonArray(ScimSchemas.Group), ["id"] = id, ["displayName"] = group.Name };
        if (group.ExternalId is { } externalId)
        {
            shown["externalId"] = externalId;
        }

        if (members is not null)
        {
            shown["members"] = new JsonArray([.. members.Select(m =>
            {
                var member = m.Id.ToString(CultureInfo.InvariantCulture);
                return (JsonNode)new JsonObject { ["value"] = member, ["display"] = m.Name, ["$ref"] = $"{root}/Users/{member}" };
            })]);
        }

        shown["meta"] = new JsonObject
        {
            ["resourceType"] = "Group", ["created"] = ReportJson.Rfc3339(group.CreatedAt), ["lastModified"] = ReportJson.Rfc3339(group.UpdatedAt), ["version"] = ScimUserJson.Version(group.UpdatedAt),
            ["location"] = $"{root}/Groups/{id}",
        };
        return shown;
    }

    private static ScimGroupRow Named(ScimGroupRow group, string? name, string? externalId)
    {
        try
        {
            var checkedName = InputRules.Name("displayName", name);
            return group with { Name = checkedName, NameFolded = NameFolding.Fold(checkedName), ExternalId = InputRules.Text("externalId", externalId) };
        }
        catch (InputFaultException fault)
        {
            throw ScimProblem.BadValue(fault.Message);
        }
    }

    private static List<long> Members(JsonNode? node)
    {
        var list = node switch { null => [], JsonArray array => array.ToList(), JsonObject one => [one], _ => throw ScimProblem.BadValue("members must be a list") };
        return list.Count > MaxMembers ? throw ScimProblem.BadValue($"more than {MaxMembers} members at once") : [.. list.Select(m =>
            m is JsonObject member && (ScimPath.Member(member, "type") is null || Text(member, "type") == "User")
                && long.TryParse(Text(member, "value"), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : throw ScimProblem.BadValue("a member is no person's id")).Distinct()];
    }

    private static string? Text(JsonObject from, string name) => Text(ScimPath.Member(from, name), name);

    private static string? Text(JsonNode? node, string name) => node switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => throw ScimProblem.BadValue($"{name} must be a text"),
    };

    private async Task<T> WriteAsync<T>(Func<DbConnection, CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        try
        {
            return await database.WriteAsync(write, cancellationToken);
        }
        catch (Exception e) when (database.IsUniqueViolation(e))
        {
            throw ScimProblem.Taken("there is such a group already");
        }
    }
}
