using System.Data.Common;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data.Journal;
using CopyTrack.Server.Data.Repositories;
using Dapper;

namespace CopyTrack.Server.Data.Directories;

/// <summary>People of directories in batches. Methods with a connection run in the caller's transaction.</summary>
internal sealed class DirectoryPeople(IDatabase database, IdGenerator ids)
{
    private static readonly BulkColumn<PersonWrite>[] s_added =
    [
        Of(w => w.Row.Id), Of(w => w.Row.OrgId), Of(w => w.Row.UserName), Of(w => w.Row.UserFolded), Of(w => w.Row.DisplayName), Of(w => w.Row.Email), Of(w => w.Row.Department),
        Of(w => w.Row.CostCentre), Of(w => w.Row.Language), Of(w => w.Row.Principal), Of(w => w.Row.DirectoryEnabled ? (short)1 : (short)0), Of(w => w.Row.Source),
        Of(w => w.Row.CreatedAt.ToMicros()), Of(w => w.Row.UpdatedAt.ToMicros()),
    ];

    private static readonly BulkColumn<PersonWrite>[] s_changed =
    [
        Of(w => w.Row.Id), Of(w => w.Row.UserName), Of(w => w.Row.UserFolded), Of(w => w.Row.DisplayName), Of(w => w.Row.Email), Of(w => w.Row.Department), Of(w => w.Row.CostCentre),
        Of(w => w.Row.Language), Of(w => w.Row.Principal), Of(w => w.Row.DirectoryEnabled ? (short)1 : (short)0), Of(w => w.Row.Source), Of(w => w.Row.UpdatedAt.ToMicros()),
    ];

    private static readonly BulkColumn<CardRow>[] s_cards =
    [
        BulkColumn<CardRow>.Of(c => c.Id), BulkColumn<CardRow>.Of(c => c.OrgId), BulkColumn<CardRow>.Of(c => c.KeyId), BulkColumn<CardRow>.Of(c => c.Hash), BulkColumn<CardRow>.Of(c => c.Suffix),
        BulkColumn<CardRow>.Of(c => c.PersonId), BulkColumn<CardRow>.Of(c => c.AddedBy), BulkColumn<CardRow>.Of(c => c.AddedAt.ToMicros()),
    ];

    private static readonly BulkColumn<(long Org, string Principal, long Person)>[] s_principals =
    [
        BulkColumn<(long Org, string Principal, long Person)>.Of(r => r.Org), BulkColumn<(long Org, string Principal, long Person)>.Of(r => r.Principal),
        BulkColumn<(long Org, string Principal, long Person)>.Of(r => r.Person),
    ];

    private static readonly BulkColumn<(long Person, string Name)>[] s_groups =
    [
        BulkColumn<(long Person, string Name)>.Of(g => g.Person), BulkColumn<(long Person, string Name)>.Of(g => g.Name), BulkColumn<(long Person, string Name)>.Of(g => NameFolding.Fold(g.Name)),
    ];

    private static readonly BulkColumn<(long Person, string Name, string Folded)>[] s_newGroups =
    [
        BulkColumn<(long Person, string Name, string Folded)>.Of(g => g.Person), BulkColumn<(long Person, string Name, string Folded)>.Of(g => g.Name),
        BulkColumn<(long Person, string Name, string Folded)>.Of(g => g.Folded), BulkColumn<(long Person, string Name, string Folded)>.Of(_ => (short)1),
    ];

    private static readonly BulkColumn<(long Run, byte[] Uuid, bool Gone)>[] s_seen =
    [
        BulkColumn<(long Run, byte[] Uuid, bool Gone)>.Of(r => r.Run), BulkColumn<(long Run, byte[] Uuid, bool Gone)>.Of(r => r.Uuid), BulkColumn<(long Run, byte[] Uuid, bool Gone)>.Of(r => r.Gone ? (short)1 : (short)0),
    ];

    /// <summary>What is known of entries, by their ids.</summary>
    public Task<IReadOnlyList<LinkRow>> LinksAsync(DbConnection connection, long directoryId, byte[][] uuids, CancellationToken cancellationToken) =>
        QueryAsync<LinkRow>(connection, "DirectoryPerson_Find", new { directoryId, uuids }, cancellationToken);

    /// <summary>What is known of entries, by the keys of their names.</summary>
    public Task<IReadOnlyList<LinkRow>> LinksByKeyAsync(DbConnection connection, long directoryId, byte[][] keys, CancellationToken cancellationToken) =>
        QueryAsync<LinkRow>(connection, "DirectoryPerson_FindByKeys", new { directoryId, keys }, cancellationToken);

    /// <summary>Which of these people came from any directory, and since when their entry is gone (null: it is there).</summary>
    public async Task<IReadOnlyDictionary<long, long?>> LinkedAsync(DbConnection connection, IReadOnlyCollection<long> people, CancellationToken cancellationToken) => people.Count == 0
        ? new Dictionary<long, long?>()
        : (await QueryAsync<(long Person, long? Gone)>(connection, "DirectoryPerson_Linked", new { ids = people.ToArray() }, cancellationToken)).ToDictionary(r => r.Person, r => r.Gone);

    /// <summary>People by id.</summary>
    public Task<IReadOnlyList<PersonRow>> RowsAsync(DbConnection connection, IReadOnlyCollection<long> people, CancellationToken cancellationToken) =>
        Many<PersonRow, long>(connection, "Person_FindByIds", people, some => new { ids = some }, cancellationToken);

    /// <summary>People by folded name.</summary>
    public Task<IReadOnlyList<PersonRow>> NamedAsync(DbConnection connection, long orgId, IReadOnlyCollection<string> names, CancellationToken cancellationToken) =>
        Many<PersonRow, string>(connection, "Person_FindByNames", names, some => new { orgId, names = some }, cancellationToken);

    /// <summary>Cards of people.</summary>
    public Task<IReadOnlyList<CardRow>> CardsAsync(DbConnection connection, IReadOnlyCollection<long> people, CancellationToken cancellationToken) =>
        Many<CardRow, long>(connection, "Card_ListByPersons", people, some => new { ids = some.ToList() }, cancellationToken);

    /// <summary>Cards stored under any of these hashes.</summary>
    public Task<IReadOnlyList<CardRow>> OwnersAsync(DbConnection connection, long orgId, IReadOnlyList<KeyedHash> hashes, CancellationToken cancellationToken) =>
        Many<CardRow, KeyedHash>(connection, "Card_FindByHashes", hashes, some => new
        {
            orgId, keys = some.Select(h => h.KeyId).Distinct(StringComparer.Ordinal).ToList(), hashes = some.Select(h => h.Hash.ToArray()).ToList(),
        }, cancellationToken);

    /// <summary>Remembers that the run saw entries of a listing; returns those that it had not seen before.</summary>
    public Task<HashSet<UInt128>> AddSeenNewAsync(DbConnection connection, long runId, IReadOnlyCollection<byte[]> uuids, CancellationToken cancellationToken) =>
        database.ReturningAsync(connection, "Bulk_AddSeenNew", [.. uuids.Select(uuid => (runId, uuid, false))], s_seen, cancellationToken);

    /// <summary>Whether the directory made people before, and whether the organisation has people and cards at all.</summary>
    public Task<(bool Links, bool People, bool Cards)> AtHandAsync(long directoryId, long orgId, CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, ct) =>
        {
            var (links, people, cards) = await connection.QuerySingleAsync<(long, long, long)>(Command("Directory_AtHand", new { directoryId, orgId }, ct));
            return (links != 0, people != 0, cards != 0);
        },
        cancellationToken);

    /// <summary>Remembers that the run saw entries, or was told that they are gone.</summary>
    public Task AddSeenAsync(DbConnection connection, long runId, IReadOnlyCollection<byte[]> uuids, bool gone, CancellationToken cancellationToken) =>
        database.ExecuteAsync(connection, "Bulk_AddSeen", [.. uuids.Select(uuid => (runId, uuid, gone))], s_seen, cancellationToken);

    /// <summary>Forgets what a run has seen.</summary>
    public Task ClearSeenAsync(DbConnection connection, long runId, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(Command("DirectorySeen_Clear", new { runId }, cancellationToken));

    /// <summary>
    /// Writes people with groups, cards, links and rows of the audit log. With <paramref name="unknown"/> nobody may know the entries yet; one that somebody does is a unique
    /// violation then.
    /// </summary>
    public async Task WriteAsync(DbConnection connection, long directoryId, string actor, DateTimeOffset now, IReadOnlyList<PersonWrite> writes, bool unknown, CancellationToken cancellationToken)
    {
        await using var batch = new BulkBatch(database, connection);
        await batch.AddAsync("Bulk_AddPeople", writes.Where(w => w.IsNew).ToList(), s_added, cancellationToken);
        await batch.AddAsync("Bulk_ChangePeople", writes.Where(w => !w.IsNew).ToList(), s_changed, cancellationToken);
        await batch.AddAsync(unknown ? "Bulk_AddLinks" : "Bulk_PutLinks", writes,
        [
            Of(_ => directoryId), Of(w => w.Uuid), Of(w => w.Row.Id), Of(w => w.DnKey), Of(w => w.Print), Of(w => w.GroupsPrint), Of(w => w.Row.UpdatedAt.ToMicros()), Of(w => w.PrimaryGroup),
        ], cancellationToken);
        await AddGroupsAsync(batch, writes.Where(w => !w.Groups.IsDefault).Select(w => (w.Row.Id, w.Groups.AsEnumerable(), w.IsNew)).ToList(), cancellationToken);
        await batch.AddAsync("Bulk_DropCards", writes.Where(w => !w.DroppedCards.IsEmpty).SelectMany(w => w.DroppedCards.Select(id => (Person: w.Row.Id, Id: id))).ToList(), [BulkColumn<(long Person, long Id)>.Of(c => c.Person), BulkColumn<(long Person, long Id)>.Of(c => c.Id)], cancellationToken);
        await batch.AddAsync("Bulk_AddCards", writes.SelectMany(w => w.AddedCards).ToList(), s_cards, cancellationToken);
        await batch.AddAsync("Bulk_ClearPrincipals", writes.Where(w => !w.IsNew).Select(w => w.Row.Id).ToList(), [BulkColumn<long>.Of(id => id)], cancellationToken);
        await batch.AddAsync("Bulk_AddPrincipals", writes.Where(w => !w.OtherPrincipals.IsEmpty).SelectMany(w => w.OtherPrincipals.Select(p => (w.Row.OrgId, p, w.Row.Id))).ToList(), s_principals, cancellationToken);
        await AddAuditAsync(batch, actor, now, writes.Select(w => (w.Row.OrgId, w.Row.Id, w.Action, (string?)w.Columns)).ToList(), cancellationToken);
        await batch.RunAsync(cancellationToken);
    }

    /// <summary>Replaces the groups that the directory gave to people.</summary>
    public async Task GroupsAsync(DbConnection connection, IReadOnlyList<(long Person, IEnumerable<string> Groups, bool IsNew)> people, CancellationToken cancellationToken)
    {
        await using var batch = new BulkBatch(database, connection);
        await AddGroupsAsync(batch, people, cancellationToken);
        await batch.RunAsync(cancellationToken);
    }

    private static async Task AddGroupsAsync(BulkBatch batch, IReadOnlyList<(long Person, IEnumerable<string> Groups, bool IsNew)> people, CancellationToken cancellationToken)
    {
        await batch.AddAsync("Bulk_ClearGroups", people.Where(p => !p.IsNew).Select(p => p.Person).ToList(), [BulkColumn<long>.Of(id => id)], cancellationToken);
        await batch.AddAsync("Bulk_AddGroups", people.Where(p => !p.IsNew).SelectMany(p => p.Groups.Select(g => (p.Person, Columns.Text(g)!))).ToList(), s_groups, cancellationToken);
        await batch.AddAsync("Bulk_AddNewGroups", OfNew(people), s_newGroups, cancellationToken);
    }

    /// <summary>The groups of people who have none yet, each once; many people share few names.</summary>
    private static List<(long Person, string Name, string Folded)> OfNew(IReadOnlyList<(long Person, IEnumerable<string> Groups, bool IsNew)> people)
    {
        var (rows, names, mine) = (new List<(long, string, string)>(), new Dictionary<string, (string Name, string Folded)>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var (person, groups, _) in people.Where(p => p.IsNew))
        {
            mine.Clear();
            foreach (var group in groups)
            {
                var name = names.TryGetValue(group, out var known) ? known : names[group] = (Columns.Text(group)!, NameFolding.Fold(group));
                if (mine.Add(name.Folded))
                {
                    rows.Add((person, name.Name, name.Folded));
                }
            }
        }

        return rows;
    }

    /// <summary>Tells the database how large its tables have become.</summary>
    public async Task AnalyzeAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(Command("Directory_AnalyzeBriefly", new { }, cancellationToken));
        await connection.ExecuteAsync(Command("Directory_Analyze", new { }, cancellationToken));
    }

    /// <summary>Tells the database how much a run has seen.</summary>
    public async Task AnalyzeSeenAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(Command("Directory_AnalyzeBriefly", new { }, cancellationToken));
        await connection.ExecuteAsync(Command("Directory_AnalyzeSeen", new { }, cancellationToken));
    }

    /// <summary>Remembers which groups people were given.</summary>
    public Task SetGroupsPrintAsync(DbConnection connection, IReadOnlyList<(long Person, byte[] Print)> rows, CancellationToken cancellationToken) => database.ExecuteAsync(
        connection, "Bulk_SetGroupsPrint", rows, [BulkColumn<(long Person, byte[] Print)>.Of(r => r.Person), BulkColumn<(long Person, byte[] Print)>.Of(r => r.Print)], cancellationToken);

    /// <summary>Appends to the audit log.</summary>
    public async Task AuditAsync(DbConnection connection, string actor, DateTimeOffset now, IReadOnlyList<(long OrgId, long Person, string Action, string? After)> rows, CancellationToken cancellationToken)
    {
        await using var batch = new BulkBatch(database, connection);
        await AddAuditAsync(batch, actor, now, rows, cancellationToken);
        await batch.RunAsync(cancellationToken);
    }

    private ValueTask AddAuditAsync(BulkBatch batch, string actor, DateTimeOffset now, IReadOnlyList<(long OrgId, long Person, string Action, string? After)> rows, CancellationToken cancellationToken)
    {
        var at = now.ToMicros();
        return batch.AddAsync("Bulk_AddAudit", rows,
        [
            BulkColumn<(long OrgId, long Person, string Action, string? After)>.Of(_ => ids.Next()), BulkColumn<(long OrgId, long Person, string Action, string? After)>.Of(_ => at),
            BulkColumn<(long OrgId, long Person, string Action, string? After)>.Of(r => r.OrgId), BulkColumn<(long OrgId, long Person, string Action, string? After)>.Of(_ => actor),
            BulkColumn<(long OrgId, long Person, string Action, string? After)>.Of(r => r.Action), BulkColumn<(long OrgId, long Person, string Action, string? After)>.Of(r => FormattableString.Invariant($"person:{r.Person}")),
            BulkColumn<(long OrgId, long Person, string Action, string? After)>.Of(r => r.After),
        ], cancellationToken);
    }

    /// <summary>Takes user names from people, so that others may have them.</summary>
    public Task ParkAsync(DbConnection connection, IReadOnlyCollection<long> people, DateTimeOffset now, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(Command("Person_Park", new { ids = people.ToArray(), now }, cancellationToken));

    /// <summary>How many are active, and how many of them would go.</summary>
    public Task<(long Active, long Gone)> CountAsync(long directoryId, long runId, bool whole, CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, ct) => (
            await connection.ExecuteScalarAsync<long>(Command("DirectoryPerson_CountActive", new { directoryId }, ct)),
            await connection.ExecuteScalarAsync<long>(Command(whole ? "DirectoryPerson_CountUnseen" : "DirectoryPerson_CountGone", new { directoryId, runId }, ct))),
        cancellationToken);

    /// <summary>Some of those who would go, after that id in the order of ids.</summary>
    public Task<IReadOnlyList<GoneRow>> GoneAsync(DbConnection connection, long directoryId, long runId, bool whole, byte[] after, int limit, CancellationToken cancellationToken) =>
        QueryAsync<GoneRow>(connection, whole ? "DirectoryPerson_ListUnseen" : "DirectoryPerson_ListGone", new { directoryId, runId, after, limit }, cancellationToken);

    /// <summary>Deactivates people whose entries have gone.</summary>
    public async Task DeactivateAsync(DbConnection connection, long directoryId, long orgId, string actor, IReadOnlyList<GoneRow> gone, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var people = gone.Select(g => g.PersonId).ToArray();
        await connection.ExecuteAsync(Command("Person_SetDirectoryEnabled", new { ids = people, enabled = (short)0, now }, cancellationToken));
        await connection.ExecuteAsync(Command("DirectoryPerson_SetGone", new { directoryId, uuids = gone.Select(g => g.Uuid).ToArray(), now }, cancellationToken));
        await connection.ExecuteAsync(Command("DirectoryPerson_SetWritten", new { ids = people, now }, cancellationToken));
        await AuditAsync(connection, actor, now, [.. people.Select(id => (orgId, id, "person.deactivate", (string?)null))], cancellationToken);
    }

    /// <summary>People whose entries went before that time.</summary>
    public Task<IReadOnlyList<long>> PurgeAsync(DbConnection connection, long directoryId, DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        QueryAsync<long>(connection, "DirectoryPerson_ListPurge", new { directoryId, before, limit }, cancellationToken);

    private static BulkColumn<PersonWrite> Of<T>(Func<PersonWrite, T> value) => BulkColumn<PersonWrite>.Of(value);

    private async Task<IReadOnlyList<TRow>> Many<TRow, TKey>(DbConnection connection, string name, IReadOnlyCollection<TKey> keys, Func<TKey[], object> parameters, CancellationToken cancellationToken)
    {
        var rows = new List<TRow>();
        foreach (var some in keys.Chunk(2000))
        {
            rows.AddRange(await connection.QueryAsync<TRow>(Command(name, parameters(some), cancellationToken)));
        }

        return rows;
    }

    private async Task<IReadOnlyList<T>> QueryAsync<T>(DbConnection connection, string name, object parameters, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<T>(Command(name, parameters, cancellationToken))).AsList();

    private CommandDefinition Command(string name, object parameters, CancellationToken cancellationToken) => new(database.Sql[name], parameters, cancellationToken: cancellationToken);
}
