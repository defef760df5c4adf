using System.Collections.Immutable;
using System.Data.Common;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;

namespace CopyTrack.Server.Imports;

/// <summary>A project with who may use it.</summary>
public sealed record ProjectState(ProjectRow Row, ImmutableArray<ProjectUserRow> Users, ImmutableArray<ProjectGroupRow> Groups);

/// <summary>What a project was (null when new) and is to be, whether it is new, and which columns differ.</summary>
public sealed record ProjectChange(ProjectState? Before, ProjectState After, bool IsNew, ImmutableArray<string> Columns);

/// <summary>The working copy of projects, and of the people that the inputs name.</summary>
public sealed class ProjectSet
{
    internal Dictionary<string, ProjectState?> ByCode { get; } = new(StringComparer.Ordinal);
    internal Dictionary<long, long?> Parents { get; } = [];
    internal Dictionary<string, long?> People { get; } = new(StringComparer.Ordinal);
}

/// <summary>Inserts and updates projects by folded code.</summary>
public sealed class ProjectUpsert(IDatabase database, ProjectRepository projects, PersonRepository people, AuditLog audit, IdGenerator ids, TimeProvider time)
    : Upsert<ProjectInput, ProjectSet, ProjectChange>(database)
{
    private const int MaxDepth = 32;

    /// <inheritdoc/>
    protected override async Task LoadAsync(DbConnection connection, ProjectSet set, IReadOnlyList<ProjectInput> batch, UpsertContext context, CancellationToken cancellationToken)
    {
        var codes = batch.SelectMany(input => new[] { input.Code, input.Parent.Value }).Select(InputRules.Key).OfType<string>()
            .Where(code => set.ByCode.TryAdd(code, null)).ToList();
        var rows = await projects.FindManyAsync(connection, context.OrgId, codes, cancellationToken);
        var keys = rows.Select(row => row.Id).ToList();
        var users = (await projects.ListUsersAsync(connection, keys, cancellationToken)).ToLookup(user => user.ProjectId);
        var groups = (await projects.ListGroupsAsync(connection, keys, cancellationToken)).ToLookup(group => group.ProjectId);
        foreach (var row in rows)
        {
            set.ByCode[row.CodeFolded] = new ProjectState(row, [.. users[row.Id]], [.. groups[row.Id]]);
            await LoadAncestorsAsync(connection, set, row, cancellationToken);
        }

        var names = batch.SelectMany(input => input.Users.Value ?? []).Select(InputRules.Key).OfType<string>().Where(name => set.People.TryAdd(name, null)).ToList();
        foreach (var part in names.Chunk(500))
        {
            foreach (var person in await people.FindManyAsync(connection, context.OrgId, part, cancellationToken))
            {
                set.People[person.UserFolded] = person.Id;
            }
        }
    }

    /// <inheritdoc/>
    protected override (UpsertKind Kind, ProjectChange? Change) Decide(ProjectSet set, ProjectInput input, UpsertContext context)
    {
        var now = time.GetUtcNow();
        var code = InputRules.Name("code", input.Code);
        var folded = NameFolding.Fold(code);
        var before = set.ByCode.GetValueOrDefault(folded);
        var old = before?.Row ?? new ProjectRow
        {
            Id = ids.Next(), OrgId = context.OrgId, Code = code, CodeFolded = folded, Name = code, NameFolded = folded, CreatedAt = now, UpdatedAt = now,
        };
        var name = input.Name.IsSet ? InputRules.Text("name", input.Name.Value) ?? old.Code : old.Name;
        var after = new ProjectState(
            old with { Name = name, NameFolded = NameFolding.Fold(name), ParentId = input.Parent.IsSet ? Parent(set, old.Id, input.Parent.Value) : old.ParentId },
            input.Users.IsSet ? Users(set, old.Id, input.Users.Value) : before?.Users ?? [],
            input.Groups.IsSet ? Groups(old.Id, input.Groups.Value) : before?.Groups ?? []);
        var columns = Differences(before, after);
        if (columns.IsEmpty)
        {
            return (UpsertKind.Unchanged, null);
        }

        after = after with { Row = after.Row with { UpdatedAt = now } };
        set.ByCode[folded] = after;
        set.Parents[after.Row.Id] = after.Row.ParentId;
        return (before is null ? UpsertKind.Added : UpsertKind.Changed, new ProjectChange(before, after, before is null, columns));
    }

    /// <inheritdoc/>
    protected override async Task WriteAsync(DbConnection connection, ProjectChange change, UpsertContext context, CancellationToken cancellationToken)
    {
        await projects.WriteAsync(connection, change.After.Row, change.After.Users, change.After.Groups, cancellationToken);
        await audit.AddAsync(
            connection, context.OrgId, context.Actor, change.IsNew ? "project.add" : "project.change", $"project:{change.After.Row.Id}",
            ChangeAudits.Of(change.Before, change.After), cancellationToken);
    }

    private async Task LoadAncestorsAsync(DbConnection connection, ProjectSet set, ProjectRow row, CancellationToken cancellationToken)
    {
        var at = row;
        for (var depth = 0; depth <= MaxDepth && at is not null && set.Parents.TryAdd(at.Id, at.ParentId) && at.ParentId is { } parent; depth++)
        {
            at = await projects.GetAsync(connection, parent, cancellationToken);
        }
    }

    private static long? Parent(ProjectSet set, long id, string? value)
    {
        var code = InputRules.Text("parent", value);
        if (code is null)
        {
            return null;
        }

        var parent = set.ByCode.GetValueOrDefault(NameFolding.Fold(code))?.Row.Id ?? throw new InputFaultException("parent: there is no such project (it must come before)");
        var depth = 0;
        for (long? at = parent; at is { } above; at = set.Parents.GetValueOrDefault(above))
        {
            if (above == id)
            {
                throw new InputFaultException("parent: the project would be above itself");
            }

            if (++depth > MaxDepth)
            {
                throw new InputFaultException($"parent: more than {MaxDepth} projects above each other");
            }
        }

        return parent;
    }

    private static ImmutableArray<ProjectUserRow> Users(ProjectSet set, long id, IReadOnlyList<string>? names) =>
    [
        .. InputRules.Names("users", names).Select(name => new ProjectUserRow
        {
            ProjectId = id,
            PersonId = set.People.GetValueOrDefault(NameFolding.Fold(name)) ?? throw new InputFaultException($"users: there is no user '{InputRules.Shorten(name)}'"),
            UserFolded = NameFolding.Fold(name),
        }).OrderBy(user => user.UserFolded, StringComparer.Ordinal),
    ];

    private static ImmutableArray<ProjectGroupRow> Groups(long id, IReadOnlyList<string>? names) =>
    [
        .. InputRules.Names("groups", names).Select(name => new ProjectGroupRow { ProjectId = id, GroupName = name, GroupFolded = NameFolding.Fold(name) })
            .OrderBy(group => group.GroupFolded, StringComparer.Ordinal),
    ];

    private static ImmutableArray<string> Differences(ProjectState? before, ProjectState after)
    {
        if (before is null)
        {
            return ["project"];
        }

        (string Column, bool Same)[] parts =
        [
            ("name", before.Row.Name == after.Row.Name), ("parent", before.Row.ParentId == after.Row.ParentId),
            ("users", before.Users.Select(user => user.PersonId).SequenceEqual(after.Users.Select(user => user.PersonId))),
            ("groups", before.Groups.Select(group => group.GroupName).SequenceEqual(after.Groups.Select(group => group.GroupName))),
        ];
        return [.. parts.Where(part => !part.Same).Select(part => part.Column)];
    }
}
