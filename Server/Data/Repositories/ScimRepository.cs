using System.Data.Common;
using CopyTrack.Server.Data.Directories;
using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>That a person is provisioned.</summary>
public sealed record ScimLink
{
    public required long PersonId { get; init; }
    public string? ExternalId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A provisioned group.</summary>
public sealed record ScimGroupRow
{
    public required long Id { get; init; }
    public required long OrgId { get; init; }
    public required string Name { get; init; }
    public required string NameFolded { get; init; }
    public string? ExternalId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>A provisioned person with what is shown of them.</summary>
internal sealed record ScimPerson(PersonRow Row, ScimLink Link, IReadOnlyList<(long Id, string Name)> Groups);

/// <summary>People and groups that a provisioning client made. Methods with a connection run in the caller's transaction.</summary>
internal sealed class ScimRepository(IDatabase database)
{
    private static readonly BulkColumn<(long Group, long Person)>[] s_members = [BulkColumn<(long Group, long Person)>.Of(m => m.Group), BulkColumn<(long Group, long Person)>.Of(m => m.Person)];

    /// <summary>One person; null when it is not a provisioned one of the organisation.</summary>
    public async Task<ScimPerson?> FindAsync(DbConnection connection, long orgId, long id, CancellationToken cancellationToken) =>
        await CompleteAsync(connection, await LinksAsync(connection, "ScimUser_ById", new { orgId, id }, cancellationToken), cancellationToken) is [var person] ? person : null;

    /// <summary>People by one of the statements that give links.</summary>
    public Task<IReadOnlyList<ScimPerson>> ListAsync(string statement, object parameters, CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, ct) => await CompleteAsync(connection, await LinksAsync(connection, statement, parameters, ct), ct), cancellationToken);

    /// <summary>How many people are provisioned.</summary>
    public Task<long> CountAsync(long orgId, CancellationToken cancellationToken) => database.ReadAsync(
        (connection, ct) => connection.ExecuteScalarAsync<long>(Command("ScimUser_Count", new { orgId }, ct)), cancellationToken);

    /// <summary>Keeps that a person is provisioned.</summary>
    public Task PutAsync(DbConnection connection, long orgId, long personId, string? externalId, DateTimeOffset now, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(Command("ScimUser_Put", new { personId, orgId, externalId, now }, cancellationToken));

    /// <summary>Gives a person another user name. Throws a unique violation when somebody has it.</summary>
    public Task RenameAsync(DbConnection connection, long id, string name, DateTimeOffset now, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(Command("Person_Rename", new { id, name, folded = NameFolding.Fold(name), now }, cancellationToken));

    /// <summary>Says where a person comes from, and whether that lets them in.</summary>
    public Task SetSourceAsync(DbConnection connection, long id, string source, bool enabled, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(Command("Person_SetSource", new { id, source, enabled = enabled ? 1 : 0 }, cancellationToken));

    /// <summary>Which of these ids are provisioned people.</summary>
    public async Task<HashSet<long>> KnownAsync(DbConnection connection, long orgId, IReadOnlyCollection<long> ids, CancellationToken cancellationToken)
    {
        var known = new HashSet<long>();
        foreach (var some in ids.Chunk(500))
        {
            known.UnionWith(await connection.QueryAsync<long>(Command("ScimUser_Known", new { orgId, ids = some }, cancellationToken)));
        }

        return known;
    }

    /// <summary>A group by id or folded name; null when there is none.</summary>
    public Task<ScimGroupRow?> GroupAsync(DbConnection connection, long orgId, long id, CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<ScimGroupRow>(Command("ScimGroup_ById", new { orgId, id }, cancellationToken));

    /// <summary>Groups by one of the statements that give them.</summary>
    public async Task<IReadOnlyList<ScimGroupRow>> GroupsAsync(string statement, object parameters, CancellationToken cancellationToken) => await database.ReadAsync(
        async (connection, ct) => (await connection.QueryAsync<ScimGroupRow>(Command(statement, parameters, ct))).AsList(), cancellationToken);

    /// <summary>How many groups are provisioned.</summary>
    public Task<long> CountGroupsAsync(long orgId, CancellationToken cancellationToken) => database.ReadAsync(
        (connection, ct) => connection.ExecuteScalarAsync<long>(Command("ScimGroup_Count", new { orgId }, ct)), cancellationToken);

    /// <summary>Members of a group with their user names.</summary>
    public async Task<IReadOnlyList<(long Id, string Name)>> MembersAsync(DbConnection connection, long groupId, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<(long, string)>(Command("ScimMember_List", new { groupId }, cancellationToken))).AsList();

    /// <summary>Adds a group.</summary>
    public Task AddGroupAsync(DbConnection connection, ScimGroupRow group, CancellationToken cancellationToken) => connection.ExecuteAsync(Command("ScimGroup_Add", group, cancellationToken));

    /// <summary>Changes a group, and whom it names: <paramref name="come"/> and <paramref name="gone"/> are ids of people.</summary>
    public async Task ChangeGroupAsync(
        DbConnection connection, ScimGroupRow before, ScimGroupRow after, IReadOnlyCollection<long> come, IReadOnlyCollection<long> gone, CancellationToken cancellationToken)
    {
        // The names that people have of the group are made anew: a change is rare, and this is right whatever changed.
        await connection.ExecuteAsync(Command("ScimMember_Unname", new { groupId = before.Id, folded = before.NameFolded }, cancellationToken));
        await connection.ExecuteAsync(Command("ScimGroup_Change", after, cancellationToken));
        await database.ExecuteAsync(connection, "Bulk_DropScimMembers", gone.Select(person => (after.Id, person)).ToList(), s_members, cancellationToken);
        await database.ExecuteAsync(connection, "Bulk_AddScimMembers", come.Select(person => (after.Id, person)).ToList(), s_members, cancellationToken);
        await connection.ExecuteAsync(Command("ScimMember_Name", new { groupId = after.Id, name = after.Name, folded = after.NameFolded }, cancellationToken));
    }

    /// <summary>Removes a group; people leave it.</summary>
    public async Task DeleteGroupAsync(DbConnection connection, ScimGroupRow group, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(Command("ScimMember_Unname", new { groupId = group.Id, folded = group.NameFolded }, cancellationToken));
        await connection.ExecuteAsync(Command("ScimGroup_Delete", new { id = group.Id }, cancellationToken));
    }

    private async Task<IReadOnlyList<ScimLink>> LinksAsync(DbConnection connection, string statement, object parameters, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<ScimLink>(Command(statement, parameters, cancellationToken))).AsList();

    private async Task<IReadOnlyList<ScimPerson>> CompleteAsync(DbConnection connection, IReadOnlyList<ScimLink> links, CancellationToken cancellationToken)
    {
        if (links.Count == 0)
        {
            return [];
        }

        var ids = links.Select(l => l.PersonId).ToArray();
        var rows = (await connection.QueryAsync<PersonRow>(Command("Person_FindByIds", new { ids }, cancellationToken))).ToDictionary(p => p.Id);
        var groups = (await connection.QueryAsync<(long Person, long Id, string Name)>(Command("ScimMember_OfPeople", new { ids }, cancellationToken))).ToLookup(g => g.Person, g => (g.Id, g.Name));
        return [.. links.Where(l => rows.ContainsKey(l.PersonId)).Select(l => new ScimPerson(rows[l.PersonId], l, [.. groups[l.PersonId]]))];
    }

    private CommandDefinition Command(string name, object parameters, CancellationToken cancellationToken) => new(database.Sql[name], parameters, cancellationToken: cancellationToken);
}
