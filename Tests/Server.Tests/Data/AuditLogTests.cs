using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using Dapper;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Data;

/// <summary>The audit log: found by who, what and when; only grows.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class AuditLogTests(Db db) : DatabaseFixture(db)
{
    private AuditLog Log => new(Database, Ids, TimeProvider.System);

    [Test]
    public async Task Rows_are_found_by_actor_action_subject_and_time_newest_first_page_by_page()
    {
        foreach ((string actor, string action, string subject) in new[] { ("account:1", "person.add", "person:1"), ("account:1", "person.change", "person:1"), ("token:9", "person.change", "person:2"), ("cli", "personal", "x:1") })
        {
            await Log.TellAsync(1, actor, action, subject, null, default);
        }

        Assert.That(await FoundAsync(new()), Is.EqualTo(new[] { "personal", "person.change", "person.change", "person.add" }));
        Assert.That(await FoundAsync(new(Actor: "account:1")), Is.EqualTo(new[] { "person.change", "person.add" }));
        Assert.That(await FoundAsync(new(Action: "person.")), Has.Length.EqualTo(3));
        Assert.That(await FoundAsync(new(Action: "person")), Is.Empty);
        Assert.That(await FoundAsync(new(Action: "person.change", Subject: "person:2")), Has.Length.EqualTo(1));
        Assert.That(await FoundAsync(new(Since: DateTimeOffset.UtcNow.AddHours(1))), Is.Empty);
        Assert.That(await FoundAsync(new(Until: DateTimeOffset.UtcNow.AddHours(-1))), Is.Empty);
        IReadOnlyList<AuditRow> first = await Log.ListAsync(1, new(), null, 2, default);
        Assert.That((await Log.ListAsync(1, new(), first[^1].Id, 10, default)).Select(r => r.Action), Is.EqualTo(new[] { "person.change", "person.add" }));
        Assert.That(await Log.ListAsync(2, new(), null, 10, default), Is.Empty, "another organisation's is not seen");

        async Task<string[]> FoundAsync(AuditQuestion question) => [.. (await Log.ListAsync(1, question, null, 10, default)).Select(r => r.Action)];
    }

    [Test]
    public async Task Rows_are_never_changed()
    {
        await Log.TellAsync(7, "cli", "test", "x:1", null, default);
        Assert.That(() => Database.WriteAsync((c, _) => c.ExecuteAsync("update audit_log set actor = 'nobody' where org_id = 7"), default), Throws.Exception.With.Message.Contains("only grows"));
        Assert.That((await Log.ListAsync(7, new(), null, 10, default)).Single().Actor, Is.EqualTo("cli"));
    }

    [Test]
    public async Task Old_rows_are_counted_and_forgotten_and_no_younger_ones()
    {
        var now = DateTimeOffset.UtcNow;
        foreach (int days in new[] { 400, 201, 199, 0 })
        {
            var then = new FixedTime(now.AddDays(-days));
            await new AuditLog(Database, new IdGenerator(then), then).TellAsync(8, "cli", "old", $"days:{days}", null, default);
        }

        var before = now.AddDays(-200);
        Assert.That(await Database.ReadAsync((c, _) => c.ExecuteScalarAsync<long>(Database.Sql["AuditLog_Count"], new { before }), default), Is.EqualTo(2));
        Assert.That(await Database.WriteAsync((c, _) => c.ExecuteAsync(Database.Sql["AuditLog_Purge"], new { before, limit = 1 }), default), Is.EqualTo(1));
        Assert.That(await SubjectsAsync(), Is.EqualTo(new[] { "days:0", "days:199", "days:201" }), "the oldest first");
        Assert.That(await Database.WriteAsync((c, _) => c.ExecuteAsync(Database.Sql["AuditLog_Purge"], new { before, limit = 100 }), default), Is.EqualTo(1));
        Assert.That(await SubjectsAsync(), Is.EqualTo(new[] { "days:0", "days:199" }));

        async Task<string[]> SubjectsAsync() => [.. (await Log.ListAsync(8, new(), null, 10, default)).Select(r => r.Subject)];
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    [Test]
    public void Values_tell_what_differs_and_of_names_and_secrets_only_that_they_do()
    {
        AuditValues values = new AuditValues().Add("site", "Bonn", "Berlin").Add("port", 161L, 161L).AddKept("community", differs: true, was: true, now: false).AddKept("email", differs: true, was: false, now: true);
        Assert.That(values.Before, Is.EqualTo("{\"community\":\"•\",\"email\":null,\"site\":\"Bonn\"}"));
        Assert.That(values.After, Is.EqualTo("{\"community\":null,\"email\":\"•\",\"site\":\"Berlin\"}"));
        Assert.That(new AuditValues().Add("x", 1L, 1L).IsEmpty, Is.True);
        Assert.That(new AuditValues().Add("x", null, new string('a', 1000)), Has.Property("Before").Null.And.Property("After").Length.LessThan(500));
    }
}
