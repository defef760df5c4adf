using System.Data.Common;
using System.Globalization;
using Dapper;

namespace CopyTrack.Server.Data.Repositories;

/// <summary>A project (billing code) as stored.</summary>
public sealed record ProjectRow
{
    public required long Id { get; init; }
    public required long OrgId { get; init; }
    public required string Code { get; init; }
    public required string CodeFolded { get; init; }
    public required string Name { get; init; }
    public required string NameFolded { get; init; }
    public long? ParentId { get; init; }
    public bool Enabled { get; init; } = true;
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>A project of a list: its parent's code, and how many people and groups are named; with none of both everyone may use it.</summary>
public sealed record ProjectView
{
    public required long Id { get; init; }
    public required string Code { get; init; }
    public required string CodeFolded { get; init; }
    public required string Name { get; init; }
    public bool Enabled { get; init; }
    public string? Parent { get; init; }
    public long Users { get; init; }
    public long Groups { get; init; }
}

/// <summary>A person who may use a project.</summary>
public sealed record ProjectUserRow
{
    public required long ProjectId { get; init; }
    public required long PersonId { get; init; }
    public string? UserFolded { get; init; }
}

/// <summary>A group that may use a project.</summary>
public sealed record ProjectGroupRow
{
    public required long ProjectId { get; init; }
    public required string GroupName { get; init; }
    public required string GroupFolded { get; init; }
}

/// <summary>Projects, by organisation and folded code. With neither users nor groups, everyone may use a project.</summary>
public sealed class ProjectRepository(IDatabase database)
{
    /// <summary>Most characters of a search; more find nothing.</summary>
    public const int MaxQuery = 100;

    /// <summary>
    /// Projects that the person may use whose code begins with the text or whose name contains it (all when it is empty): those used last first,
    /// then by code. At most <paramref name="limit"/>.
    /// </summary>
    public Task<IReadOnlyList<ProjectRow>> SearchAsync(long orgId, long personId, string query, int limit, CancellationToken cancellationToken)
    {
        var folded = NameFolding.Fold(query);
        return folded.Length > MaxQuery
            ? Task.FromResult<IReadOnlyList<ProjectRow>>([])
            : database.ReadAsync(
                (connection, ct) => QueryAsync<ProjectRow>(
                    connection, "Project_Search", new { orgId, personId, begins = Escape(folded) + "%", contains = "%" + Escape(folded) + "%", limit = Math.Clamp(limit, 1, 100) }, ct),
                cancellationToken);
    }

    /// <summary>Most favourites of a person.</summary>
    public const int MostFavourites = 20;

    /// <summary>The favourite projects of a person by code, also those that they may not use any more.</summary>
    public Task<IReadOnlyList<ProjectRow>> FavouritesAsync(long personId, CancellationToken cancellationToken) => database.ReadAsync(
        (connection, ct) => QueryAsync<ProjectRow>(connection, "Favourite_List", new { id = personId }, ct), cancellationToken);

    /// <summary>Makes a project that the person may use a favourite, or takes it back; false when they may not use it or have too many.</summary>
    public Task<bool> SetFavouriteAsync(long orgId, long personId, long projectId, bool on, CancellationToken cancellationToken) => database.WriteAsync(
        async (connection, ct) =>
        {
            if (!on)
            {
                return await connection.ExecuteAsync(new CommandDefinition(database.Sql["Favourite_Delete"], new { personId, projectId }, cancellationToken: ct)) > 0;
            }

            var may = (await QueryAsync<ProjectRow>(connection, "Project_FindForPerson", new { orgId, personId, id = projectId, code = "" }, ct)).Any(p => p.Id == projectId);
            if (!may || await connection.ExecuteScalarAsync<long>(new CommandDefinition(database.Sql["Favourite_Count"], new { personId }, cancellationToken: ct)) >= MostFavourites)
            {
                return false;
            }

            await connection.ExecuteAsync(new CommandDefinition(database.Sql["Favourite_Add"], new { personId, projectId }, cancellationToken: ct));
            return true;
        },
        cancellationToken);

    /// <summary>The person's favourites, then the projects that they used last; only those that they still may use.</summary>
    public Task<IReadOnlyList<ProjectRow>> RecentAsync(long orgId, long personId, int limit, CancellationToken cancellationToken) => database.ReadAsync(
        (connection, ct) => QueryAsync<ProjectRow>(connection, "Project_Recent", new { orgId, personId, limit = Math.Clamp(limit, 1, 100) }, ct), cancellationToken);

    /// <summary>The project of this id or code if the person may use it, else null. A code wins over an id that reads the same.</summary>
    public Task<ProjectRow?> FindForPersonAsync(long orgId, long personId, string idOrCode, CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, ct) =>
        {
            var id = long.TryParse(idOrCode, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
            var found = await QueryAsync<ProjectRow>(connection, "Project_FindForPerson", new { orgId, personId, id, code = NameFolding.Fold(idOrCode) }, ct);
            return found.FirstOrDefault(project => project.Id != id) ?? (found is [var only] ? only : null);
        },
        cancellationToken);

    /// <summary>Remembers that the person used the project.</summary>
    public Task UsedAsync(long personId, long projectId, DateTimeOffset at, CancellationToken cancellationToken) => database.WriteAsync(
        (connection, ct) => connection.ExecuteAsync(new CommandDefinition(database.Sql["Project_Used"], new { person = personId, project = projectId, now = at }, cancellationToken: ct)),
        cancellationToken);

    /// <summary>The project of that code, or null.</summary>
    public Task<ProjectRow?> FindAsync(long orgId, string code, CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, ct) => await FindManyAsync(connection, orgId, [NameFolding.Fold(code)], ct) is [var project] ? project : null, cancellationToken);

    /// <summary>At most <paramref name="limit"/> projects in the order of their folded codes, after that code (empty at first).</summary>
    public Task<IReadOnlyList<ProjectRow>> ListAsync(long orgId, string after, int limit, CancellationToken cancellationToken) => database.ReadAsync(
        (connection, ct) => QueryAsync<ProjectRow>(connection, "Project_List", new { orgId, after, limit }, ct), cancellationToken);

    /// <summary>At most <paramref name="limit"/> projects with <paramref name="find"/> in code or name (null: all), in the order of their folded codes, after that code (empty at first).</summary>
    public Task<IReadOnlyList<ProjectView>> FindAsync(long orgId, string? find, string after, int limit, CancellationToken cancellationToken)
    {
        var folded = NameFolding.Fold(find ?? "");
        return folded.Length > MaxQuery ? Task.FromResult<IReadOnlyList<ProjectView>>([]) : database.ReadAsync(
            (connection, ct) => QueryAsync<ProjectView>(connection, "Project_Find", new { orgId, find = folded.Length == 0 ? null : "%" + Escape(folded) + "%", after, limit }, ct), cancellationToken);
    }

    /// <summary>A project with its parent's code and the names of the people and groups who may use it; null when there is none of that code.</summary>
    public Task<(ProjectRow Project, string? Parent, IReadOnlyList<string> Users, IReadOnlyList<string> Groups)?> OpenAsync(long orgId, string code, CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, ct) =>
        {
            if (await FindManyAsync(connection, orgId, [NameFolding.Fold(code)], ct) is not [var project])
            {
                return ((ProjectRow, string?, IReadOnlyList<string>, IReadOnlyList<string>)?)null;
            }

            var parent = project.ParentId is { } above ? (await GetAsync(connection, above, ct))?.Code : null;
            return (project, parent, [.. (await ListUsersAsync(connection, [project.Id], ct)).Select(u => u.UserFolded ?? "")], [.. (await ListGroupsAsync(connection, [project.Id], ct)).Select(g => g.GroupName)]);
        },
        cancellationToken);

    /// <summary>Projects of these folded codes.</summary>
    public async Task<IReadOnlyList<ProjectRow>> FindManyAsync(DbConnection connection, long orgId, IReadOnlyCollection<string> codes, CancellationToken cancellationToken) =>
        codes.Count == 0 ? [] : await QueryAsync<ProjectRow>(connection, "Project_FindByCodes", new { orgId, codes = codes.ToArray() }, cancellationToken);

    /// <summary>The project of that id, or null.</summary>
    public Task<ProjectRow?> GetAsync(DbConnection connection, long id, CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<ProjectRow>(new CommandDefinition(database.Sql["Project_Get"], new { id }, cancellationToken: cancellationToken));

    /// <summary>Who may use these projects.</summary>
    public async Task<IReadOnlyList<ProjectUserRow>> ListUsersAsync(DbConnection connection, IReadOnlyCollection<long> ids, CancellationToken cancellationToken) =>
        ids.Count == 0 ? [] : await QueryAsync<ProjectUserRow>(connection, "ProjectUser_List", new { ids = ids.ToArray() }, cancellationToken);

    /// <summary>Which groups may use these projects.</summary>
    public async Task<IReadOnlyList<ProjectGroupRow>> ListGroupsAsync(DbConnection connection, IReadOnlyCollection<long> ids, CancellationToken cancellationToken) =>
        ids.Count == 0 ? [] : await QueryAsync<ProjectGroupRow>(connection, "ProjectGroup_List", new { ids = ids.ToArray() }, cancellationToken);

    /// <summary>Inserts the project or replaces what is stored under its id, with its users and groups.</summary>
    public async Task WriteAsync(
        DbConnection connection, ProjectRow project, IEnumerable<ProjectUserRow> users, IEnumerable<ProjectGroupRow> groups, CancellationToken cancellationToken)
    {
        await ExecuteAsync(connection, "Project_Put", project, cancellationToken);
        await ExecuteAsync(connection, "ProjectUser_Clear", new { projectId = project.Id }, cancellationToken);
        foreach (var user in users)
        {
            await ExecuteAsync(connection, "ProjectUser_Add", user, cancellationToken);
        }

        await ExecuteAsync(connection, "ProjectGroup_Clear", new { projectId = project.Id }, cancellationToken);
        foreach (var group in groups)
        {
            await ExecuteAsync(connection, "ProjectGroup_Add", group, cancellationToken);
        }
    }

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);

    private async Task<IReadOnlyList<T>> QueryAsync<T>(DbConnection connection, string statement, object parameters, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<T>(new CommandDefinition(database.Sql[statement], parameters, cancellationToken: cancellationToken))).AsList();

    private Task<int> ExecuteAsync(DbConnection connection, string statement, object parameters, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(database.Sql[statement], parameters, cancellationToken: cancellationToken));
}
