using CopyTrack.Identity.Replication;
using CopyTrack.Server.Data.Directories;
using Dapper;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Data;

/// <summary>Many rows at once: copied on PostgreSQL, one by one on SQLite, and the same in the end.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class BulkTests(Db db) : DatabaseFixture(db)
{
    [Test]
    public async Task Rows_of_every_length_arrive_whole()
    {
        // More than the pieces in which they leave, and one that is longer than a piece by itself.
        string?[] texts = [.. Enumerable.Range(0, 3000).Select(i => i % 7 == 0 ? null : new string('ä', i % 120) + "😀" + i), new string('ß', 200_000), ""];
        var people = new DirectoryPeople(Database, Ids);
        await Database.WriteAsync(
            async (c, ct) =>
            {
                await people.AuditAsync(c, "bulk", DateTimeOffset.UnixEpoch, [.. texts.Select((text, i) => (1L, (long)i, "test", text))], ct);
                return true;
            },
            default);
        var found = await Database.ReadAsync(
            async (c, _) => (await c.QueryAsync<(string Subject, string? Text)>("select subject, after_value from audit_log where actor = 'bulk' order by id")).ToArray(), default);
        Assert.That(found.Select(r => r.Text), Is.EqualTo(texts));
        Assert.That(found[42].Subject, Is.EqualTo("person:42"));
    }

    [Test]
    public async Task Taken_key_is_told_and_keeps_nothing()
    {
        var groups = new DirectoryGroups(Database, Ids);
        var (first, second) = (Group(1, 7), Group(2, 8));
        await AddAsync(first);
        var told = await Assert.CatchAsync(() => AddAsync(second, first));
        Assert.That(Database.IsUniqueViolation(told!), Is.True, told!.ToString());
        Assert.That(await Database.ReadAsync((c, _) => c.ExecuteScalarAsync<long>("select count(*) from directory_group"), default), Is.EqualTo(1));
        await AddAsync(second);
        Assert.That((await groups.PrintsAsync(5, default)).Keys, Is.EquivalentTo(new UInt128[] { 1, 2 }));

        Task AddAsync(params NewGroup[] some) => Database.WriteAsync(
            async (c, ct) =>
            {
                await groups.AddAsync(c, some, ct);
                return true;
            },
            default);

        NewGroup Group(byte uuid, long member) =>
            new(Ids.Next(), 5, EntryKey.ToOctets(uuid), [uuid], "group", new byte[16], null, PackedIds.Of([(UInt128)member, (UInt128)(member + 100)]));
    }

    [Test]
    public void Portions_end_where_a_bucket_does()
    {
        UInt128[] members = [1, 2, 3, (UInt128)1 << (128 - MemberBuckets.Bits), ((UInt128)1 << (128 - MemberBuckets.Bits)) + 1, UInt128.MaxValue];
        Assert.That(MemberBuckets.InPortions(members, 2).Select(p => p.Count), Is.EqualTo(new[] { 3, 2, 1 }));
        Assert.That(MemberBuckets.InPortions(members, 100).Single(), Is.EqualTo(members));
        Assert.That(MemberBuckets.InPortions([], 2), Is.Empty);
        Assert.That(MemberBuckets.Of(UInt128.MaxValue), Is.EqualTo((1 << MemberBuckets.Bits) - 1));
    }

    [Test]
    public async Task Members_know_their_groups_whoever_told_them()
    {
        var groups = new DirectoryGroups(Database, Ids);
        var index = new MemberIndex();
        foreach (var (member, group) in ((int, long)[])[(1, 10), (2, 10), (2, 20)])
        {
            index.Add((UInt128)member, group);
        }

        await WriteAsync(c => groups.AddMembersAsync(c, 5, index.Members(), index, more: false, default));
        var told = await Assert.CatchAsync(() => WriteAsync(c => groups.AddMembersAsync(c, 5, new UInt128[] { 2 }, index, more: false, default)));
        Assert.That(Database.IsUniqueViolation(told!), Is.True, told!.ToString());
        index.Clear();
        index.Add(2, 30);
        index.Add(3, 30);
        await WriteAsync(c => groups.AddMembersAsync(c, 5, index.Members(), index, more: true, default));
        Assert.That(await OfAsync(1, 2, 3), Is.EqualTo("1: 10; 2: 10 20 30; 3: 30"));
        await WriteAsync(c => groups.ChangeMembersAsync(c, 5, 10, come: [3], left: [1, 2], default));
        Assert.That(await OfAsync(1, 2, 3), Is.EqualTo("1: ; 2: 20 30; 3: 10 30"));
        Assert.That((await Database.ReadAsync((c, _) => c.QuerySingleAsync<byte[]>("select members from directory_members"), default)).Length, Is.EqualTo(2 * (16 + 4 + 8 + 8)), "whom no group names is forgotten");
        await WriteAsync(c => groups.ChangeMembersAsync(c, 5, 10, come: [UInt128.MaxValue], left: [3], default));
        await WriteAsync(c => groups.ChangeMembersAsync(c, 5, 20, come: [UInt128.MaxValue], left: [2], default));
        await WriteAsync(c => groups.ChangeMembersAsync(c, 5, 30, come: [], left: [2, 3], default));
        Assert.That(await OfAsync(1, 2, 3), Is.EqualTo("1: ; 2: ; 3: "));
        var other = await Database.ReadAsync((c, ct) => groups.OfMembersAsync(c, 5, [EntryKey.ToOctets(UInt128.MaxValue), EntryKey.ToOctets(UInt128.MaxValue - 1)], ct), default);
        Assert.That(other[UInt128.MaxValue], Is.EquivalentTo(new[] { 10L, 20L }));
        Assert.That(other[UInt128.MaxValue - 1], Is.Empty, "a neighbour in the bucket");
        Assert.That(await Database.ReadAsync((c, _) => c.ExecuteScalarAsync<long>("select count(*) from directory_members"), default), Is.EqualTo(1), "a bucket without anybody is forgotten too");
        await WriteAsync(c => groups.DropGenerationAsync(c, 5, default));
        Assert.That(await OfAsync(1, 2, 3), Is.EqualTo("1: ; 2: ; 3: "));

        Task WriteAsync(Func<System.Data.Common.DbConnection, Task> write) => Database.WriteAsync(
            async (c, _) =>
            {
                await write(c);
                return true;
            },
            default);

        async Task<string> OfAsync(params int[] members)
        {
            var of = await Database.ReadAsync((c, ct) => groups.OfMembersAsync(c, 5, [.. members.Select(m => EntryKey.ToOctets((UInt128)m))], ct), default);
            return string.Join("; ", members.Select(m => $"{m}: {string.Join(' ', of[(UInt128)m].Order())}"));
        }
    }
}
