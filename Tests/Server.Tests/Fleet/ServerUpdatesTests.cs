using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Fleet.Updates;
using CopyTrack.Server.Tests.Data;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Fleet;

/// <summary>Turns of nodes at an update of the server: one after the other, halted when one fails or does not report, begun again on somebody's word.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class ServerUpdatesTests(Db db) : DatabaseFixture(db)
{
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(5);

    private ServerUpdates Updates => new(Database, new AuditLog(Database, Ids, TimeProvider.System), TimeProvider.System);

    [Test]
    public async Task Nodes_take_turns_and_one_that_fails_or_is_silent_halts_the_others()
    {
        var tokens = await Task.WhenAll(Updates.TakeAsync("a", "1.1.0", s_long, default), Updates.TakeAsync("b", "1.1.0", s_long, default));
        Assert.That(tokens.Count(t => t is not null), Is.EqualTo(1), "one at a time");
        var (first, second) = tokens[0] is not null ? ("a", "b") : ("b", "a");
        Assert.That(await Updates.TakeAsync(second, "1.1.0", s_long, default), Is.Null);
        Assert.That(await Updates.HoldAsync(first, tokens.Max()!.Value, s_long, default), Is.True);
        Assert.That(await Updates.HoldAsync(first, tokens.Max()!.Value - 1, s_long, default), Is.False, "an older turn");
        Assert.That(await Updates.OrderAsync("1.2.0", "root", default), Is.False, "one is under way");
        await Updates.EndAsync(second, "not its turn", default);
        Assert.That((await Updates.GetAsync(default)).ClaimOwner, Is.EqualTo(first));

        await Updates.EndAsync(first, null, default);
        Assert.That(await Updates.TakeAsync(second, "1.1.0", s_long, default), Is.Not.Null, "the next, once the one before is ready");
        await Updates.EndAsync(second, $"{second}: it was not ready within 600 s", default);
        Assert.That(await Updates.TakeAsync("c", "1.1.0", s_long, default), Is.Null, "halted");
        Assert.That((await Updates.GetAsync(default)).Halted, Does.Contain("not ready"));

        Assert.That(await Updates.OrderAsync("1.1.0", "root", default), Is.True);
        Assert.That(await Updates.GetAsync(default), Has.Property("Halted").Null.And.Property("OrderedBy").EqualTo("root"));
        Assert.That(await Updates.TakeAsync("c", "1.1.0", TimeSpan.FromMicroseconds(-1), default), Is.Not.Null);
        Assert.That(await Updates.TakeAsync("d", "1.1.0", s_long, default), Is.Null);
        Assert.That((await Updates.GetAsync(default)).Halted, Is.EqualTo("c did not report"));
        Assert.That(await Updates.TakeAsync("d", "1.3.0", s_long, default), Is.Not.Null, "another version");
        Assert.That(await Updates.GetAsync(default), Has.Property("OrderedBy").Null.And.Property("Version").EqualTo("1.3.0"));
        await Updates.EndAsync("d", null, default);
        Assert.That(await Database.CountAsync("select count(*) from audit_log where action = 'serverVersion.install'"), Is.EqualTo(1));
    }

    [TestCase("02:00-05:00", "02:00", true)]
    [TestCase("02:00-05:00", "04:59", true)]
    [TestCase("02:00-05:00", "05:00", false)]
    [TestCase("22:00-01:30", "00:10", true)]
    [TestCase("22:00-01:30", "12:00", false)]
    public void Hours_of_a_day_end_at_their_end_and_may_go_over_midnight(string hours, string time, bool inside) =>
        Assert.That(HoursOfDay.TryParse(hours)!.Contains(TimeOnly.Parse(time, System.Globalization.CultureInfo.InvariantCulture)), Is.EqualTo(inside));

    [TestCase("")]
    [TestCase("2-5")]
    [TestCase("02:00-02:00")]
    [TestCase("25:00-26:00")]
    [TestCase("02:00-05:00-06:00")]
    public void Hours_that_are_none_are_refused(string hours) => Assert.That(HoursOfDay.TryParse(hours), Is.Null);
}
