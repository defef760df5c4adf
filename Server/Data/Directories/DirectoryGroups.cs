using System.Buffers;
using System.Data.Common;
using CopyTrack.Identity.Replication;
using Dapper;

namespace CopyTrack.Server.Data.Directories;

/// <summary>Groups of a directory and whom they name, by listing (generation). Methods with a connection run in the caller's transaction.</summary>
internal sealed class DirectoryGroups(IDatabase database, IdGenerator ids)
{
    // A transaction's worth: logins on SQLite wait for the one writer.
    private const int MembersAtOnce = 5000;

    private static readonly BulkColumn<Bucket>[] s_buckets = [BulkColumn<Bucket>.Of(b => b.Generation), BulkColumn<Bucket>.Of(b => b.Number), BulkColumn<Bucket>.Of(b => b.Members)];

    private static readonly BulkColumn<Bucket>[] s_emptied = s_buckets[..2];

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

    /// <summary>The members of an index as they are told at once, in order.</summary>
    public static IEnumerable<ArraySegment<UInt128>> InPortions(MemberIndex index) => MemberBuckets.InPortions(index.Members(), MembersAtOnce);

    /// <summary>
    /// Tells these members, a portion in order, which groups name them: those of the index. With <paramref name="more"/> some may be known already, and keep the groups that they
    /// have; else a bucket that is known is a unique violation.
    /// </summary>
    public async Task AddMembersAsync(DbConnection connection, long generation, ArraySegment<UInt128> members, MemberIndex index, bool more, CancellationToken cancellationToken)
    {
        if (more)
        {
            var told = members.SelectMany(member =>
            {
                var found = new List<long>();
                index.Find(member, found);
                return found.Select(group => (member, group));
            });
            await PutBucketsAsync(connection, generation, told, [], cancellationToken);
            return;
        }

        var (rows, groups, bucket) = (new List<Bucket>(), new List<long>(), new ArrayBufferWriter<byte>());
        for (var i = 0; i < members.Count; i++)
        {
            groups.Clear();
            index.Find(members[i], groups);
            MemberBuckets.Add(bucket, members[i], groups);
            if (i == members.Count - 1 || MemberBuckets.Of(members[i + 1]) != MemberBuckets.Of(members[i]))
            {
                rows.Add(new Bucket(generation, MemberBuckets.Of(members[i]), bucket.WrittenSpan.ToArray()));
                bucket.ResetWrittenCount();
            }
        }

        await database.ExecuteAsync(connection, "Bulk_AddMembers", rows, s_buckets, cancellationToken);
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
            await PutBucketsAsync(connection, generation, some.Where(m => m.Comes).Select(m => (m.Key, groupId)), [.. some.Where(m => !m.Comes).Select(m => (m.Key, groupId))], cancellationToken);
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
        async (connection, ct) =>
        {
            var all = (await connection.QueryAsync<(long Id, string Name, byte[]? Sid, byte[] Key)>(Command("DirectoryGroup_List", new { generation }, ct))).AsList();
            var nesting = new List<(long, long)>();
            foreach (var some in all.Chunk(MembersAtOnce))
            {
                var above = await OfMembersAsync(connection, generation, Array.ConvertAll(some, g => g.Key), ct);
                nesting.AddRange(some.SelectMany(g => above[EntryKey.Of(g.Key)].Select(parent => (g.Id, parent))));
            }

            return new GroupGraph(all.Select(g => (g.Id, g.Name, g.Sid)), nesting);
        },
        cancellationToken);

    /// <summary>Which groups name these members directly.</summary>
    public async Task<ILookup<UInt128, long>> OfMembersAsync(DbConnection connection, long generation, byte[][] keys, CancellationToken cancellationToken)
    {
        var wanted = keys.Select(key => EntryKey.Of(key)).ToHashSet();
        return (await BucketsAsync(connection, generation, wanted, cancellationToken)).Where(m => wanted.Contains(m.Member)).ToLookup(m => m.Member, m => m.Group);
    }

    /// <summary>Removes the groups of a listing that no longer counts.</summary>
    public async Task DropGenerationAsync(DbConnection connection, long generation, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(new CommandDefinition(database.Sql["DirectoryMembers_DropGeneration"], new { generation }, commandTimeout: 0, cancellationToken: cancellationToken));
        await connection.ExecuteAsync(Command("DirectoryGroup_DropGeneration", new { generation }, cancellationToken));
    }

    /// <summary>Writes the buckets of these members anew, with what comes and without what left.</summary>
    private async Task PutBucketsAsync(
        DbConnection connection, long generation, IEnumerable<(UInt128 Member, long Group)> come, HashSet<(UInt128 Member, long Group)> left, CancellationToken cancellationToken)
    {
        List<(UInt128 Member, long Group)> told = [.. come];
        UInt128[] touched = [.. told.Select(m => m.Member), .. left.Select(m => m.Member)];
        var known = (await BucketsAsync(connection, generation, touched, cancellationToken)).Where(m => !left.Contains(m));
        var (put, emptied, bucket) = (new List<Bucket>(), touched.Select(MemberBuckets.Of).ToHashSet(), new ArrayBufferWriter<byte>());
        foreach (var members in known.Concat(told).Distinct().GroupBy(m => m.Member, m => m.Group).GroupBy(m => MemberBuckets.Of(m.Key)))
        {
            foreach (var member in members)
            {
                MemberBuckets.Add(bucket, member.Key, [.. member]);
            }

            put.Add(new Bucket(generation, members.Key, bucket.WrittenSpan.ToArray()));
            emptied.Remove(members.Key);
            bucket.ResetWrittenCount();
        }

        await database.ExecuteAsync(connection, "Bulk_PutMembers", put, s_buckets, cancellationToken);
        await database.ExecuteAsync(connection, "Bulk_DropMembers", [.. emptied.Select(number => new Bucket(generation, number, []))], s_emptied, cancellationToken);
    }

    /// <summary>All that is told of the buckets of these members.</summary>
    private async Task<IEnumerable<(UInt128 Member, long Group)>> BucketsAsync(DbConnection connection, long generation, IEnumerable<UInt128> members, CancellationToken cancellationToken)
    {
        var buckets = members.Select(m => (long)MemberBuckets.Of(m)).Distinct().ToArray();
        return (await connection.QueryAsync<byte[]>(Command("DirectoryMembers_Find", new { generation, buckets }, cancellationToken))).SelectMany(MemberBuckets.Read);
    }

    private CommandDefinition Command(string name, object parameters, CancellationToken cancellationToken) => new(database.Sql[name], parameters, cancellationToken: cancellationToken);

    private sealed record Bucket(long Generation, long Number, byte[] Members);
}
