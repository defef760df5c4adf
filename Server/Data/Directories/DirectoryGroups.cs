using System.Data.Common;
using CopyTrack.Identity.Replication;
using Dapper;

namespace CopyTrack.Server.Data.Directories;

/// <summary>Groups of a directory and whom they name, by listing (generation). Methods with a connection run in the caller's transaction.</summary>
internal sealed class DirectoryGroups(IDatabase database, IdGenerator ids)
{
    private static readonly BulkColumn<(long Generation, byte[] Key, long Group)>[] s_members =
        [BulkColumn<(long Generation, byte[] Key, long Group)>.Of(r => r.Generation), BulkColumn<(long Generation, byte[] Key, long Group)>.Of(r => r.Key), BulkColumn<(long Generation, byte[] Key, long Group)>.Of(r => r.Group)];

    private static readonly BulkColumn<NewGroup>[] s_rows =
    [
        BulkColumn<NewGroup>.Of(g => g.Id), BulkColumn<NewGroup>.Of(g => g.Generation), BulkColumn<NewGroup>.Of(g => g.Uuid), BulkColumn<NewGroup>.Of(g => g.Key), BulkColumn<NewGroup>.Of(g => g.Name),
        BulkColumn<NewGroup>.Of(g => g.Print), BulkColumn<NewGroup>.Of(g => g.Sid),
    ];

    private static readonly BulkColumn<(long Directory, byte[] Key)>[] s_dirty = [BulkColumn<(long Directory, byte[] Key)>.Of(r => r.Directory), BulkColumn<(long Directory, byte[] Key)>.Of(r => r.Key)];

    /// <summary>The group with that id in the directory; null when there is none.</summary>
    public Task<GroupRow?> FindAsync(DbConnection connection, long generation, byte[] uuid, CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<GroupRow>(Command("DirectoryGroup_Find", new { generation, uuid }, cancellationToken));

    /// <summary>Adds or renames a group.</summary>
    public Task PutAsync(DbConnection connection, long generation, long id, byte[] uuid, byte[] key, string name, byte[] print, byte[]? sid, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(Command("DirectoryGroup_Put", new { id, generation, uuid, key, name, print, sid }, cancellationToken));

    /// <summary>Adds groups that are not there yet, with all that they name.</summary>
    public async Task AddAsync(DbConnection connection, long generation, IReadOnlyCollection<NewGroup> rows, CancellationToken cancellationToken)
    {
        // In the order of the index: neighbours share a page of it.
        var members = rows.SelectMany(g => g.Members.Select(key => (Key: key, Group: g.Id))).ToArray();
        Array.Sort(members, (a, b) => a.Key.CompareTo(b.Key));
        await using var batch = new BulkBatch(database, connection);
        await batch.AddAsync("Bulk_AddGroupRows", rows, s_rows, cancellationToken);
        await batch.AddAsync("Bulk_AddNewMembers", Array.ConvertAll(members, m => (generation, EntryKey.ToOctets(m.Key), m.Group)), s_members, cancellationToken);
        await batch.RunAsync(cancellationToken);
    }

    /// <summary>An id for a group.</summary>
    public long NewId() => ids.Next();

    /// <summary>Removes a group with all that it names.</summary>
    public async Task DeleteAsync(DbConnection connection, long groupId, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(Command("DirectoryMember_Clear", new { groupId }, cancellationToken));
        await connection.ExecuteAsync(Command("DirectoryGroup_Delete", new { groupId }, cancellationToken));
    }

    /// <summary>Whom a group names.</summary>
    public async Task<IReadOnlyList<byte[]>> MembersAsync(DbConnection connection, long groupId, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<byte[]>(Command("DirectoryGroup_Members", new { groupId }, cancellationToken))).AsList();

    /// <summary>Adds members to a group.</summary>
    public Task AddMembersAsync(DbConnection connection, long generation, long groupId, IReadOnlyCollection<byte[]> keys, CancellationToken cancellationToken) =>
        database.ExecuteAsync(connection, "Bulk_AddMembers", [.. keys.Select(key => (generation, key, groupId))], s_members, cancellationToken);

    /// <summary>Takes members out of a group.</summary>
    public async Task DropMembersAsync(DbConnection connection, long generation, long groupId, IReadOnlyCollection<byte[]> keys, CancellationToken cancellationToken)
    {
        foreach (var some in keys.Chunk(1000))
        {
            await connection.ExecuteAsync(Command("DirectoryMember_Drop", new { groupId, keys = some, generation }, cancellationToken));
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
            await connection.QueryAsync<(long, long)>(Command("DirectoryGroup_Nesting", new { generation }, ct))),
        cancellationToken);

    /// <summary>Which groups name these members directly.</summary>
    public async Task<ILookup<UInt128, long>> OfMembersAsync(DbConnection connection, long generation, byte[][] keys, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<(byte[] Key, long Group)>(Command("DirectoryGroup_OfMembers", new { generation, keys }, cancellationToken));
        return rows.ToLookup(r => EntryKey.Of(r.Key), r => r.Group);
    }

    /// <summary>Removes the groups of a listing that no longer counts.</summary>
    public async Task DropGenerationAsync(DbConnection connection, long generation, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(new CommandDefinition(database.Sql["DirectoryMember_DropGeneration"], new { generation }, commandTimeout: 0, cancellationToken: cancellationToken));
        await connection.ExecuteAsync(Command("DirectoryGroup_DropGeneration", new { generation }, cancellationToken));
    }

    private CommandDefinition Command(string name, object parameters, CancellationToken cancellationToken) => new(database.Sql[name], parameters, cancellationToken: cancellationToken);
}
