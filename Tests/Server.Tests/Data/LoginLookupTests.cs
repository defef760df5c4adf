using System.Security.Cryptography;
using System.Text;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Identity.Secrets;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using Dapper;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Data;

[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class LoginLookupTests(Db db) : JournalFixture(db)
{
    private ILoginLookup? _lookup;
    private long _device;

    [OneTimeSetUp]
    public async Task PrepareAsync()
    {
        _lookup = DataServices.Lookup(Database);
        _device = await Database.AddDeviceAsync(Ids);
        await Database.WriteAsync((c, _) => c.ExecuteAsync("update device set functions = 'copy', color_capable = 0 where id = @_device", new { _device }), default);
    }

    [OneTimeTearDown]
    public async Task EndAsync() => await ((IAsyncDisposable)_lookup!).DisposeAsync();

    [Test]
    public async Task Card_brings_its_person_with_everything_that_decides()
    {
        var person = await AddPersonAsync("ann", "card-ann", pin: "1111");
        await Database.WriteAsync((c, _) => c.ExecuteAsync(
            "insert into person_group (person_id, group_name, group_folded) values (@person, 'B', 'b'), (@person, 'A', 'a')", new { person }), default);
        var store = new LockoutRepository(Database);
        await store.ChangeAsync(1, "person", $"{person}", TestRows.Now, _ => "0 5", default);
        await store.ChangeAsync(1, "terminal", "t-ann", TestRows.Now, _ => "1 6", default);

        var answer = await _lookup!.AskAsync(new LoginQuestion(1, "t-ann", _device, null, [Key("x", "other"), Key("k1", "card-ann")], []), default);

        Assert.That(answer with { Person = null }, Is.EqualTo(new LoginAnswer { TerminalLockout = "1 6", DeviceFunctions = "copy", DeviceColor = false }));
        var found = answer.Person!;
        Assert.That((found.Id, found.UserName, found.Enabled, found.CardKeyId, found.Lockout), Is.EqualTo((person, "ann", true, "k1", "0 5")));
        Assert.That(found.Groups, Is.EqualTo(new[] { "a", "b" }));
        Assert.That(found.Pin!.Value.Hash.ToArray(), Is.EqualTo(Key("k1", "1111").Hash.ToArray()));
    }

    [Test]
    public async Task Pin_alone_finds_its_person_and_beside_a_card_it_finds_nobody()
    {
        var person = await AddPersonAsync("bob", "card-bob", pin: "2222");

        var byPin = await AskAsync([], [Key("k1", "2222")]);
        var both = await AskAsync([Key("k1", "no-card")], [Key("k1", "2222")]);

        Assert.That((byPin.Person!.Id, byPin.Person.CardKeyId), Is.EqualTo((person, (string?)null)));
        Assert.That(both.Person, Is.Null);
    }

    [Test]
    public async Task Card_of_another_organisation_is_unknown()
    {
        await AddPersonAsync("eve", "card-eve");
        Assert.That((await _lookup!.AskAsync(new LoginQuestion(2, "t", _device, null, [Key("k1", "card-eve")], []), default)).Person, Is.Null);
    }

    [Test]
    public async Task Stored_answer_comes_for_its_terminal_and_attempt_alone()
    {
        await Journal.ApplyAsync(_device, s => (new DeviceChange { State = s, Attempt = new AttemptRecord("t5", "a\0b", TestRows.Now, null, "{1}") }, 0), default);

        Assert.That((await _lookup!.AskAsync(new LoginQuestion(1, "t5", _device, "a\0b", [Key("k1", "-")], []), default)).StoredReply, Is.EqualTo("{1}"));
        Assert.That((await _lookup.AskAsync(new LoginQuestion(1, "t6", _device, "a\0b", [Key("k1", "-")], []), default)).StoredReply, Is.Null);
        Assert.That((await _lookup.AskAsync(new LoginQuestion(1, "t5", _device, null, [Key("k1", "-")], []), default)).StoredReply, Is.Null);
    }

    [Test]
    public async Task Many_questions_at_once_each_get_their_own_answer()
    {
        var people = new List<long>();
        for (var i = 0; i < 30; i++)
        {
            people.Add(await AddPersonAsync($"many{i}", $"many-card{i}"));
        }

        var answers = await Task.WhenAll(Enumerable.Range(0, 600).Select(i => AskAsync([Key("k1", i % 40 < 30 ? $"many-card{i % 40}" : "nobody")], [])));

        Assert.That(answers.Select(a => a.Person?.Id), Is.EqualTo(Enumerable.Range(0, 600).Select(i => i % 40 < 30 ? people[i % 40] : (long?)null)));
    }

    [Test]
    public async Task Answer_sees_what_was_written_before_the_question()
    {
        for (var i = 0; i < 20; i++)
        {
            var person = await AddPersonAsync($"fresh{i}", $"fresh-card{i}");
            Assert.That((await AskAsync([Key("k1", $"fresh-card{i}")], [])).Person?.Id, Is.EqualTo(person));
        }
    }

    [Test]
    public async Task Lockout_changes_at_the_same_time_are_all_counted()
    {
        var store = new LockoutRepository(Database);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => store.ChangeAsync(1, "person", "42", TestRows.Now, old => old + "x", default)));
        await store.ChangeAsync(1, "person", "42", TestRows.Now, old => old!.Length == 40 ? null : throw new InvalidOperationException(old), default);

        await store.ChangeAsync(1, "person", "42", TestRows.Now, old => old is null ? null : throw new InvalidOperationException(old), default);
        Assert.That(await store.PurgeAsync(TestRows.Now.AddSeconds(1), default), Is.GreaterThan(0));
    }

    [Test]
    public async Task Old_answers_are_forgotten_but_not_while_their_session_lives()
    {
        var device = await Database.AddDeviceAsync(Ids);
        var live = TestRows.Session(Ids.Next(), device, SessionState.Settling);
        var done = TestRows.Session(Ids.Next(), device, SessionState.Settled);
        foreach (var (session, attempt, age) in new[] { (live, "live", 60), (done, "done", 60), (done, "young", 5) })
        {
            await Journal.ApplyAsync(device, s => (new DeviceChange
            {
                State = s, Sessions = [session], Attempt = new AttemptRecord("tp", attempt, TestRows.Now.AddMinutes(-age), session.Id, "{}"),
            }, 0), default);
        }

        await new AttemptRepository(Database).PurgeAsync(TestRows.Now, default);

        var left = await Database.ReadAsync((c, _) => c.QueryAsync<string>("select attempt from login_attempt where terminal_id = 'tp' order by attempt"), default);
        Assert.That(left, Is.EqualTo(new[] { "live", "young" }));
    }

    private static KeyedHash Key(string key, string value) => new(key, SHA256.HashData(Encoding.UTF8.GetBytes(value)));

    private Task<LoginAnswer> AskAsync(KeyedHash[] cards, KeyedHash[] pins) =>
        _lookup!.AskAsync(new LoginQuestion(1, "t", _device, null, [.. cards], [.. pins]), default);

    private async Task<long> AddPersonAsync(string name, string card, string? pin = null)
    {
        var id = Ids.Next();
        await new PersonRepository(Database).PutAsync(
            new PersonRow { Id = id, OrgId = 1, UserName = name, UserFolded = name, CreatedAt = TestRows.Now, UpdatedAt = TestRows.Now }, default);
        await Database.WriteAsync(
            async (c, _) =>
            {
                await c.ExecuteAsync(
                    "insert into card (id, org_id, key_id, hash, person_id, added_by, added_at) values (@card, 1, 'k1', @hash, @id, 'test', 0)",
                    new { card = Ids.Next(), hash = Key("k1", card).Hash.ToArray(), id });
                return pin is null ? 0 : await c.ExecuteAsync(
                    "insert into pin (person_id, org_id, key_id, hash, changed_at) values (@id, 1, 'k1', @hash, 0)", new { id, hash = Key("k1", pin).Hash.ToArray() });
            },
            default);
        return id;
    }
}
