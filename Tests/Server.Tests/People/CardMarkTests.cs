using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Tests.Data;
using Dapper;
using Npgsql;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.People;

/// <summary>Whoever has no card is found by an index, which is right after every way in which cards come and go.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class CardMarkTests(Db db) : DatabaseFixture(db)
{
    private PersonRepository People => new(Database);

    [Test]
    public async Task Cards_that_come_go_and_move_leave_the_right_people_without_one()
    {
        await AddAsync(1, "one", "two", "three", "four");
        Assert.That(await WithoutAsync(), Is.EqualTo(new[] { "four", "one", "three", "two" }));

        await RunAsync("insert into card (id, org_id, key_id, hash, person_id, added_by, added_at) values (11, 1, 'k', @h1, 1, 't', 0), (12, 1, 'k', @h2, 1, 't', 0), (13, 1, 'k', @h3, 2, 't', 0)");
        Assert.That(await WithoutAsync(), Is.EqualTo(new[] { "four", "three" }));
        await RunAsync(Database.Sql["Card_Delete"], new { personId = 1, id = 11 });
        Assert.That(await WithoutAsync(), Is.EqualTo(new[] { "four", "three" }), "one is left");
        await RunAsync(Database.Sql["Merge_Cards"], new { from = 2, into = 3 });
        Assert.That(await WithoutAsync(), Is.EqualTo(new[] { "four", "two" }), "moved");
        await RunAsync("update card set hash = @h4 where id = 13");
        Assert.That(await WithoutAsync(), Is.EqualTo(new[] { "four", "two" }), "hashed anew");
        await RunAsync("delete from card");
        Assert.That(await WithoutAsync(), Is.EqualTo(new[] { "four", "one", "three", "two" }));
        await RunAsync("update person set merged_into = 1 where id = 4");
        await RunAsync("delete from person where id = 3");
        Assert.That(await WithoutAsync(), Is.EqualTo(new[] { "one", "two" }));
        Assert.That(await Database.CountAsync("select count(*) from person p where p.id < 100 and p.carded <> case when exists (select 1 from card c where c.person_id = p.id) then 1 else 0 end"), Is.Zero);
    }

    [Test]
    public async Task Two_who_take_the_last_two_cards_of_somebody_at_once_leave_nobody_unseen()
    {
        await AddAsync(200, "hasty");
        await RunAsync("insert into card (id, org_id, key_id, hash, person_id, added_by, added_at) values (201, 1, 'k', @h1, 200, 't', 0), (202, 1, 'k', @h2, 200, 't', 0)");
        if (Db == Db.PostgreSql)
        {
            await using var first = await OpenAsync();
            await using var one = await first.BeginTransactionAsync();
            await first.ExecuteAsync("delete from card where id = 201", transaction: one);
            await using var second = await OpenAsync();
            var later = second.ExecuteAsync("delete from card where id = 202");
            while (await Database.CountAsync("select count(*) from pg_locks where not granted") == 0)
            {
                await Task.Yield();
            }

            await one.CommitAsync();
            await later;
        }
        else
        {
            await Task.WhenAll(RunAsync("delete from card where id = 201"), RunAsync("delete from card where id = 202"));
        }

        Assert.That(await WithoutAsync("hast"), Is.EqualTo(new[] { "hasty" }));
    }

    [Test]
    public async Task Part_of_a_name_that_many_have_finds_the_few_without_a_card_in_order()
    {
        await RunAsync("""
            with recursive n (i) as (select 1 union all select i + 1 from n where i < 3000)
            insert into person (id, org_id, user_name, user_folded, created_at, updated_at) select 5000 + i, 1, 'crowd' || i, 'crowd' || i, 0, 0 from n
            """);
        await RunAsync($"insert into card (id, org_id, key_id, hash, person_id, added_by, added_at) select id, 1, 'k', {(Db == Db.Sqlite ? "randomblob(16)" : "decode(md5(id::text), 'hex')")}, id, 't', 0 from person where id between 5001 and 8000 and id % 1000 <> 7");
        using PersonSearches searches = new(Database, People, TimeProvider.System);
        var found = await searches.FindAsync(1, new PersonSearch("crowd", State: PersonSearch.NoCard), "crowd1", 10, default);
        Assert.That(found.Select(p => p.Row.UserFolded), Is.EqualTo(new[] { "crowd1007", "crowd2007", "crowd7" }));
        Assert.That((await searches.FindAsync(1, new PersonSearch("crowd200", State: PersonSearch.NoCard), "", 10, default)).Select(p => p.Row.UserFolded), Is.EqualTo(new[] { "crowd2007" }));
    }

    private async Task<string[]> WithoutAsync(string? part = null) =>
        [.. (await People.SearchAsync(1, new PersonSearch(part, State: PersonSearch.NoCard), "", 100, default)).Select(p => p.Row.UserFolded).Where(n => part is not null || !n.StartsWith("crowd", StringComparison.Ordinal) && n != "hasty")];

    private async Task AddAsync(long id, params string[] names)
    {
        foreach (var name in names)
        {
            await RunAsync("insert into person (id, org_id, user_name, user_folded, created_at, updated_at) values (@id, 1, @name, @name, 0, 0)", new { id, name });
            id++;
        }
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        NpgsqlConnection connection = new(Options.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private Task RunAsync(string sql, object? parameters = null) => Database.WriteAsync((c, _) => c.ExecuteAsync(sql, parameters
        ?? new { h1 = new byte[] { 1, (byte)Db }, h2 = new byte[] { 2 }, h3 = new byte[] { 3 }, h4 = new byte[] { 4 } }), default);
}
