using System.Data.Common;
using CopyTrack.Identity.Replication;
using Dapper;

namespace CopyTrack.Server.Data.Directories;

/// <summary>Groups of a directory and whom they name, by listing (generation). Methods with a connection run in the caller's transaction.</summary>
internal sealed class DirectoryGroups(IDatabase database, IdGenerator ids)
{
    // A transaction's worth: logins on SQLite wait for the one writer.
    private const int MembersAtOnce = 5000;

    private static readonly BulkColumn<MemberOf>[] s_memberOf = [BulkColumn<MemberOf>.Of(r => r.Generation), BulkColumn<MemberOf>.Of(r => r.Key), BulkColumn<MemberOf>.Of(r => r.Groups)];

    private static readonly BulkColumn<MemberOf>[] s_memberKeys = s_memberOf[..2];

    private static readonly BulkColumn<NewGroup>[] s_rows =
    [
        BulkColumn<NewGroup>.Of(g => g.Id), BulkColumn<NewGroup>.Of(g => g.Generation), BulkColumn<NewGroup>.Of(g => g.Uuid), BulkColumn<NewGroup>.Of(g => g.Key), BulkColumn<NewGroup>.Of(g => g.Name),
        BulkColumn<NewGroup>.Of(g => g.Print), BulkColumn<NewGroup>.Of(g => g.Sid), BulkColumn<NewGroup>.Of(g => g.Members),
    ];

    private static readonly BulkColumn<(long Directory, byte[] Key)>[] s_dirty = [BulkColumn<(long Directory, byte[] Key)>.Of(r => r.Directory), BulkColumn<(long Directory, byte[] Key)>.Of(r => r.Key)];

    /// <summary>The group with that id in the directory; null when there is none.</summary>
    public Task<GroupRow?> FindAsync(DbConnection connection, long generation, byte[] uuid, CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<GroupRow>(Command("DirectoryGroup_Find", new { generation, uuid }, cancellationToken));

    /// <summary>Adds or renames a group, with whom it names; <see cref="ChangeMembersAsync"/> tells the members.</summary>
    public Task PutAsync(DbConnection connection, NewGroup group, CancellationToken cancellationToken) => connection.ExecuteAsync(Command(
        "DirectoryGroup_Put",
        new { id = group.Id, generation = group.Generation, uuid = group.Uuid, key = group.Key, name = group.Name, print = group.Print, sid = group.Sid, members = group.Members }, cancellationToken));

    /// <summary>Adds groups that are not there yet; <see cref="AddMembersAsync"/> tells the members.</summary>
    public Task AddAsync(DbConnection connection, IReadOnlyCollection<NewGroup> rows, CancellationToken cancellationToken) =>
        database.ExecuteAsync(connection, "Bulk_AddGroupRows", rows, s_rows, cancellationToken);

    /// <summary>How many members are told at once.</summary>
    public static IEnumerable<UInt128[]> InPortions(MemberIndex index) => index.Members().Chunk(MembersAtOnce);

    /// <summary>
    /// Tells these members which groups name them: those of the index. With <paramref name="more"/> some may be known already, and keep the groups that they have; else one that
    /// is known is a unique violation.
    /// </summary>
    public async Task AddMembersAsync(DbConnection connection, long generation, UInt128[] members, MemberIndex index, bool more, CancellationToken cancellationToken)
    {
        var known = more ? await OfMembersAsync(connection, generation, Array.ConvertAll(members, EntryKey.ToOctets), cancellationToken) : null;
        var (rows, groups) = (new List<MemberOf>(members.Length), new List<long>());
        foreach (var member in members)
        {
            groups.Clear();
            groups.AddRange(known?[member] ?? []);
            index.Find(member, groups);
            rows.Add(new MemberOf(generation, EntryKey.ToOctets(member), PackedIds.Of(groups)));
        }

        await database.ExecuteAsync(connection, more ? "Bulk_PutMemberOf" : "Bulk_AddMemberOf", rows, s_memberOf, cancellationToken);
    }

    /// <summary>An id for a group.</summary>
    public long NewId() => ids.Next();

    /// <summary>Removes a group with all that it names.</summary>
    public async Task DeleteAsync(DbConnection connection, long generation, long groupId, CancellationToken cancellationToken)
    {
        await ChangeMembersAsync(connection, generation, groupId, [], await MembersAsync(connection, groupId, cancellationToken), cancellationToken);
        await connection.ExecuteAsync(Command("DirectoryGroup_Delete", new { groupId }, cancellationToken));
    }

    /// <summary>Whom a group names; nobody for a group that is not there.</summary>
    public async Task<HashSet<UInt128>> MembersAsync(DbConnection connection, long groupId, CancellationToken cancellationToken) =>
        PackedIds.Members(await connection.QuerySingleOrDefaultAsync<byte[]>(Command("DirectoryGroup_Members", new { groupId }, cancellationToken)));

    /// <summary>Tells members that a group names them from now on, or no longer.</summary>
    public async Task ChangeMembersAsync(DbConnection connection, long generation, long groupId, IReadOnlyCollection<UInt128> come, IReadOnlyCollection<UInt128> left, CancellationToken cancellationToken)
    {
        foreach (var some in come.Select(key => (Key: key, Comes: true)).Concat(left.Select(key => (Key: key, Comes: false))).Chunk(MembersAtOnce))
        {
            var known = await OfMembersAsync(connection, generation, Array.ConvertAll(some, m => EntryKey.ToOctets(m.Key)), cancellationToken);
            var (put, drop) = (new List<MemberOf>(), new List<MemberOf>());
            foreach (var (key, comes) in some)
            {
                List<long> groups = [.. known[key].Where(g => g != groupId)];
                if (comes)
                {
                    groups.Add(groupId);
                }

                (groups.Count > 0 ? put : drop).Add(new MemberOf(generation, EntryKey.ToOctets(key), PackedIds.Of(groups)));
            }

            await database.ExecuteAsync(connection, "Bulk_PutMemberOf", put, s_memberOf, cancellationToken);
            await database.ExecuteAsync(connection, "Bulk_DropMemberOf", drop, s_memberKeys, cancellationToken);
        }
    }

    /// <summary>Remembers members whose people must be looked at.</summary>
    public Task AddDirtyAsync(DbConnection connection, long directoryId, IReadOnlyCollection<byte[]> keys, CancellationToken cancellationToken) =>
        database.ExecuteAsync(connection, "Bulk_AddDirty", [.. keys.Select(key => (directoryId, key))], s_dirty, cancellationToken);

    /// <summary>Remembers everybody whose primary group this is.</summary>
    public Task AddDirtyPrimaryAsync(DbConnection connection, long directoryId, byte[] sid, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(Command("DirectoryDirty_AddPrimary", new { directoryId, sid }, cancellationToken));

    /// <summary>Some of those members; empty when none is left.</summary>
    public async Task<byte[][]> DirtyAsync(long directoryId, int limit, CancellationToken cancellationToken) => await database.ReadAsync(
        async (connection, ct) => (await connection.QueryAsync<byte[]>(Command("DirectoryDirty_Take", new { directoryId, limit }, ct))).ToArray(), cancellationToken);

    /// <summary>Forgets members that were looked at.</summary>
    public Task DoneAsync(DbConnection connection, long directoryId, byte[][] keys, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(Command("DirectoryDirty_Done", new { directoryId, keys }, cancellationToken));

    /// <summary>Forgets all of them.</summary>
    public Task ClearDirtyAsync(DbConnection connection, long directoryId, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(Command("DirectoryDirty_Clear", new { directoryId }, cancellationToken));

    /// <summary>Groups by the keys of their names.</summary>
    public async Task<IReadOnlyList<long>> FindByKeysAsync(DbConnection connection, long generation, byte[][] keys, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<long>(Command("DirectoryGroup_FindByKeys", new { generation, keys }, cancellationToken))).AsList();

    /// <summary>Ids in the directory of all groups, with our ids and the prints of what they were.</summary>
    public Task<Dictionary<UInt128, (long Id, byte[] Print)>> PrintsAsync(long generation, CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, ct) => (await connection.QueryAsync<(byte[] Uuid, long Id, byte[] Print)>(Command("DirectoryGroup_Uuids", new { generation }, ct)))
            .ToDictionary(r => EntryKey.Of(r.Uuid), r => (r.Id, r.Print)),
        cancellationToken);

    /// <summary>The groups and their nesting.</summary>
    public Task<GroupGraph> GraphAsync(long generation, CancellationToken cancellationToken) => database.ReadAsync(
        async (connection, ct) => new GroupGraph(
            await connection.QueryAsync<(long, string, byte[]?)>(Command("DirectoryGroup_List", new { generation }, ct)),
            (await connection.QueryAsync<(long Child, byte[] Parents)>(Command("DirectoryGroup_Nesting", new { generation }, ct)))
                .SelectMany(r => PackedIds.Groups(r.Parents).Select(parent => (r.Child, parent)))),
        cancellationToken);

    /// <summary>Which groups name these members directly.</summary>
    public async Task<ILookup<UInt128, long>> OfMembersAsync(DbConnection connection, long generation, byte[][] keys, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<(byte[] Key, byte[] Groups)>(Command("DirectoryGroup_OfMembers", new { generation, keys }, cancellationToken));
        return rows.SelectMany(r => PackedIds.Groups(r.Groups).Select(group => (Key: EntryKey.Of(r.Key), group))).ToLookup(r => r.Key, r => r.group);
    }

    /// <summary>Removes the groups of a listing that no longer counts.</summary>
    public async Task DropGenerationAsync(DbConnection connection, long generation, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(new CommandDefinition(database.Sql["DirectoryMemberOf_DropGeneration"], new { generation }, commandTimeout: 0, cancellationToken: cancellationToken));
        await connection.ExecuteAsync(Command("DirectoryGroup_DropGeneration", new { generation }, cancellationToken));
    }

    private CommandDefinition Command(string name, object parameters, CancellationToken cancellationToken) => new(database.Sql[name], parameters, cancellationToken: cancellationToken);

    private sealed record MemberOf(long Generation, byte[] Key, byte[] Groups);
}
