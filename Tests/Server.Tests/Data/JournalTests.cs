using System.Collections.Immutable;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Journal;
using Dapper;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Data;

[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class JournalTests(Db db) : JournalFixture(db)
{
    [Test]
    public async Task First_decision_sees_the_empty_state_and_the_next_what_it_left()
    {
        var device = await Database.AddDeviceAsync(Ids);
        Assert.That(await Journal.ReadAsync(device, default), Is.Null);

        var first = await Journal.ApplyAsync(device, s => (new DeviceChange { State = s with { Fingerprint = "a", LagMs = 4000 } }, s), default);
        var second = await Journal.ApplyAsync(device, s => (new DeviceChange(), s), default);

        Assert.That(first, Is.EqualTo(StateDocument.Empty(device)));
        Assert.That(second, Is.EqualTo(first with { Fingerprint = "a", LagMs = 4000 }));
        Assert.That(await Journal.ReadAsync(device, default), Is.EqualTo(second));
    }

    [Test]
    public async Task Calls_for_one_device_at_the_same_time_each_see_the_one_before()
    {
        var devices = new[] { await Database.AddDeviceAsync(Ids), await Database.AddDeviceAsync(Ids) };

        var seen = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => CountUpAsync(devices[i % 2])));

        Assert.That(seen.Order(), Is.EqualTo(Enumerable.Range(1, 100).SelectMany(n => new long[] { n, n })));
        Assert.That(await ReadingSeqAsync(devices[0]), Is.EqualTo(100));
    }

    [Test]
    public async Task Everything_a_change_holds_is_written()
    {
        var device = await Database.AddDeviceAsync(Ids);
        var session = TestRows.Session(Ids.Next(), device, SessionState.Active, personId: 4711);
        var at = TestRows.Now.AddSeconds(5);
        await Journal.ApplyAsync(device, s => (TestRows.Settle(s, session, 1, at) with
        {
            Epochs = [new EpochRecord(device, 1, at, "first\0", "S\uD800", TestRows.Counters)],
            Events = [new DeviceEvent("session.settled", device, at, ImmutableDictionary<string, string>.Empty.Add("k", "v\0"))],
            Attempt = new AttemptRecord("t1", $"a{device}", at, session.Id, "{}"),
        }, 0), default);
        await Journal.ApplyAsync(device, s => (TestRows.Settle(s, session, 2, at.AddSeconds(1)) with { Confirmed = [(1, at, at.AddSeconds(1))] }, 0), default);

        Assert.That(await Database.CountAsync("select count(*) from reading where device_id = @device", new { device }), Is.EqualTo(2));
        Assert.That(await Database.CountAsync("select confirmed_at from reading where device_id = @device and seq = 1", new { device }), Is.EqualTo(at.AddSeconds(1).ToMicros()));
        Assert.That(await Database.CountAsync("select count(*) from entry where device_id = @device and session_id = @id", new { device, id = session.Id }), Is.EqualTo(6));
        Assert.That(await Database.CountAsync("select sum(impressions) from usage_day where device_id = @device", new { device }), Is.EqualTo(12));
        Assert.That(await Database.CountAsync("select impressions from usage_month where person_id = 4711"), Is.EqualTo(12));
        Assert.That(await Database.CountAsync("select cost_micros from usage_month where person_id = 4711"), Is.EqualTo(6000));
        Assert.That(await Database.CountAsync("select state from session where id = @id", new { id = session.Id }), Is.EqualTo(4));
        Assert.That(await Database.CountAsync("select count(*) from outbox where device_id = @device", new { device }), Is.EqualTo(1));
        Assert.That(await Database.CountAsync("select session_id from login_attempt where attempt = @a", new { a = $"a{device}" }), Is.EqualTo(session.Id));
        Assert.That(
            await TextAsync("select counters from epoch where device_id = @device", new { device }),
            Is.EqualTo(StateDocument.Write(TestRows.Counters)));
        Assert.That(StateDocument.ReadSet(StateDocument.Write(TestRows.Counters)).Fingerprint, Is.EqualTo(TestRows.Counters.Fingerprint));
    }

    [Test]
    public async Task Many_entries_of_one_change_are_written_as_few_are_and_a_taken_number_keeps_none()
    {
        const int Many = 150;
        var device = await Database.AddDeviceAsync(Ids);
        EntryRecord[] entries =
        [
            .. Enumerable.Range(1, Many).Select(i => new EntryRecord(
                device, i, 1, 7, i % 5, -i, TestRows.Now, TestRows.Now.AddSeconds(1), i % 2 == 0 ? null : 11, i % 3 == 0 ? null : 12, i % 4 == 0 ? null : 13, Cause.PanelBypass, Confidence.Inferred,
                EntrySource.Meter, i % 2 == 0 ? null : "überlang \0 gewesen", i == 3 ? 2 : null) { CostMicros = 5_000_000_000L + i }),
        ];
        await Journal.ApplyAsync(device, s => (new DeviceChange { State = s with { EntrySeq = Many }, Entries = [.. entries] }, 0), default);
        await Journal.ApplyAsync(device, s => (new DeviceChange { State = s with { EntrySeq = Many + 1 }, Entries = [entries[0] with { Seq = Many + 1 }] }, 0), default);
        const string Columns = "at, posted_at, org_id, interval_seq, delta, session_id, person_id, project_id, epoch, counter, cause, confidence, source, evidence, cost_micros";
        Assert.That(
            await Database.CountAsync($"select count(*) from (select {Columns} from entry where device_id = @device and seq in (1, {Many + 1}) group by {Columns}) one", new { device }), Is.EqualTo(1), "both ways write the same");
        Assert.That(
            await Database.CountAsync("select sum(delta + cost_micros - 5000000000 + coalesce(session_id, 0) + coalesce(person_id, 0) + coalesce(project_id, 0) + coalesce(reverses, 0) + counter) from entry where device_id = @device and seq <= @Many", new { device, Many }),
            Is.EqualTo(entries.Sum(e => (e.SessionId ?? 0) + (e.PersonId ?? 0) + (e.ProjectId ?? 0) + (e.Reverses ?? 0) + e.Counter)));

        Assert.That(() => Journal.ApplyAsync(device, s => (new DeviceChange { State = s with { EntrySeq = 999 }, Entries = [.. entries.Select((e, i) => e with { Seq = i == 140 ? 5 : 500 + i })] }, 0), default), Throws.Exception);
        Assert.That(await Database.CountAsync("select count(*) from entry where device_id = @device", new { device }), Is.EqualTo(Many + 1));
        Assert.That(await Journal.ApplyAsync(device, s => (new DeviceChange(), s.EntrySeq), default), Is.EqualTo(Many + 1), "the state is as it was, and the journal goes on");
    }

    [Test]
    public async Task Decision_that_throws_fails_only_its_own_call()
    {
        var device = await Database.AddDeviceAsync(Ids);

        var calls = Enumerable.Range(0, 50).Select(i => i % 10 == 3
            ? Journal.ApplyAsync<long>(device, _ => throw new InvalidOperationException("bad"), default)
            : CountUpAsync(device)).ToList();

        foreach (var bad in calls.Where((_, i) => i % 10 == 3))
        {
            Assert.That(async () => await bad, Throws.InvalidOperationException);
        }

        await Task.WhenAll(calls.Where((_, i) => i % 10 != 3));
        Assert.That(await ReadingSeqAsync(device), Is.EqualTo(45));
    }

    [Test]
    public async Task Second_open_session_of_a_device_is_refused_by_the_database_and_only_that_call_fails()
    {
        var device = await Database.AddDeviceAsync(Ids);
        var others = new List<long>();
        for (var i = 0; i < 20; i++)
        {
            others.Add(await Database.AddDeviceAsync(Ids));
        }

        await OpenAsync(device);
        var bad = OpenAsync(device);
        var good = others.SelectMany(d => new Task[] { CountUpAsync(d), OpenAsync(d) }).ToList();

        Assert.That(async () => await bad, Throws.Exception.Matches<Exception>(ex => Database.IsUniqueViolation(ex!)));
        await Task.WhenAll(good);
        Assert.That(await Database.CountAsync("select count(*) from session where device_id = @device", new { device }), Is.EqualTo(1));
        Assert.That(await ReadingSeqAsync(device), Is.EqualTo(0));
    }

    [Test]
    public async Task Handover_closes_one_session_and_opens_the_next_in_one_change()
    {
        var device = await Database.AddDeviceAsync(Ids);
        var first = TestRows.Session(Ids.Next(), device, SessionState.Active);
        var second = TestRows.Session(Ids.Next(), device, SessionState.Opening);
        await Journal.ApplyAsync(device, s => (new DeviceChange { State = s, Sessions = [first] }, 0), default);

        await Journal.ApplyAsync(device, s => (new DeviceChange { State = s, Sessions = [second, first with { State = SessionState.Settling }] }, 0), default);

        Assert.That(await Database.CountAsync("select id from session where device_id = @device and state in (0, 1, 2)", new { device }), Is.EqualTo(second.Id));
    }

    [Test]
    public async Task Change_without_a_state_writes_nothing()
    {
        var device = await Database.AddDeviceAsync(Ids);
        await Journal.ApplyAsync(device, _ => (new DeviceChange { Sessions = [TestRows.Session(1, device, SessionState.Active)] }, 0), default);

        Assert.That(await Database.CountAsync("select count(*) from session where device_id = @device", new { device }), Is.EqualTo(0));
    }

    [Test]
    public void Unknown_device_is_told() =>
        Assert.That(async () => await CountUpAsync(5), Throws.InstanceOf<UnknownDeviceException>().With.Property("DeviceId").EqualTo(5));

    [Test]
    public async Task Device_that_came_without_its_rows_gets_them()
    {
        var device = await Database.AddDeviceAsync(Ids);
        await Database.WriteAsync(
            async (c, _) => await c.ExecuteAsync("delete from device_state where device_id = @device", new { device })
                + await c.ExecuteAsync("delete from device_poll where device_id = @device", new { device }), default);

        Assert.That(await CountUpAsync(device), Is.EqualTo(1));
    }

    [Test]
    public async Task Claim_token_grows_when_another_node_takes_the_device_and_only_then()
    {
        var device = await Database.AddDeviceAsync(Ids);
        foreach (var node in (string[])["a", "a", "b", "a"])
        {
            await Journal.ApplyAsync(device, s => (new DeviceChange { State = s, ClaimFor = node }, 0), default);
        }

        var state = await Journal.ApplyAsync(device, s => (new DeviceChange(), s), default);
        Assert.That((state.ClaimOwner, state.ClaimToken), Is.EqualTo(("a", 3L)));
        Assert.That(await Database.CountAsync("select claim_until from device_poll where device_id = @device", new { device }), Is.GreaterThan(DateTimeOffset.UtcNow.ToMicros()));
    }

    [Test]
    public async Task Second_answer_to_an_attempt_is_refused_with_all_that_came_with_it()
    {
        var device = await Database.AddDeviceAsync(Ids);
        var other = await Database.AddDeviceAsync(Ids);
        var calls = new[] { "first", "second" }.Select(reply => Journal.ApplyAsync(
            device, s => (new DeviceChange { State = s with { ReadingSeq = s.ReadingSeq + 1 }, Attempt = new AttemptRecord("t9", "x", TestRows.Now, null, reply) }, 0), default)).ToList();
        var third = CountUpAsync(other);

        await calls[0];
        Assert.That(async () => await calls[1], Throws.InstanceOf<AttemptExistsException>());
        Assert.That(await third, Is.EqualTo(1));
        Assert.That(await TextAsync("select reply from login_attempt where terminal_id = 't9'"), Is.EqualTo("first"));
        Assert.That(await ReadingSeqAsync(device), Is.EqualTo(1));
    }

    [Test]
    public async Task Call_whose_caller_went_away_before_its_turn_changes_nothing()
    {
        var device = await Database.AddDeviceAsync(Ids);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        Assert.That(
            async () => await Journal.ApplyAsync(device, s => (new DeviceChange { State = s with { ReadingSeq = 9 } }, 0), cancelled.Token),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await ReadingSeqAsync(device), Is.EqualTo(0));
    }

    [Test]
    public void State_document_keeps_every_member()
    {
        var live = new LiveSession
        {
            Record = TestRows.Session(3, 1, SessionState.Active) with { EndedAt = TestRows.Now, EndReason = EndReason.Card, InferredReason = "x" },
            Started = true, TerminalLostAt = TestRows.Now, Counted = [PageFunction.Copy, PageFunction.Scan],
        };
        var state = StateDocument.Empty(1) with
        {
            Epoch = 3, Last = new Border(5, TestRows.Now, TestRows.Now, TestRows.Now, 2, null, "S", [1, null, 3]), Open = live, LagMs = 4000,
        };

        var text = StateDocument.Write(state);

        Assert.That(StateDocument.Write(StateDocument.Read(1, text, "node", 4)), Is.EqualTo(text));
        Assert.That(StateDocument.Read(1, text, "node", 4).Open!.Record, Is.EqualTo(live.Record));
        Assert.That(StateDocument.Read(1, text, "node", 4).Last!.Values, Is.EqualTo(state.Last!.Values));
    }

    [Test]
    public void Vector_of_meters_keeps_what_is_absent([Values("", "-", "1", "1,-,3", "-,-")] string column) =>
        Assert.That(Columns.Meters(Columns.ReadMeters(column)), Is.EqualTo(column));

    private Task<string?> TextAsync(string sql, object? parameters = null) =>
        Database.ReadAsync((connection, _) => connection.ExecuteScalarAsync<string>(sql, parameters), default);

    private Task<int> OpenAsync(long device) => Journal.ApplyAsync(
        device, s => (new DeviceChange { State = s, Sessions = [TestRows.Session(Ids.Next(), device, SessionState.Active)] }, 0), default);
}
