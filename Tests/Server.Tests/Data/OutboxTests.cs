using System.Collections.Immutable;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Outbox;
using CopyTrack.Server.Data.PostgreSql;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Data;

[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
[CancelAfter(30_000)]
internal sealed class OutboxTests(Db db) : DatabaseFixture(db)
{
    [Test]
    public async Task Message_of_another_process_arrives_and_earlier_ones_do_not(CancellationToken cancellationToken)
    {
        var mine = DataServices.Outbox(Database, TimeProvider.System, NullLogger.Instance);
        await mine.PublishAsync("before", null, "{}", cancellationToken);
        await using var messages = mine.SubscribeAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        var next = messages.MoveNextAsync().AsTask();
        await using var verb = DataServices.Open(Options, NullLogger.Instance);
        var theirs = DataServices.Outbox(verb, TimeProvider.System, NullLogger.Instance);

        // The subscription begins some time after it was asked for: say it until it is heard.
        while (!next.IsCompleted)
        {
            await theirs.PublishAsync("terminal.revoked", 5, """{"terminal":"t1"}""", cancellationToken);
            await Task.WhenAny(next, Task.Delay(300, cancellationToken));
        }

        Assert.That(await next, Is.True);
        Assert.That((messages.Current.Topic, messages.Current.DeviceId, messages.Current.Payload), Is.EqualTo(("terminal.revoked", 5L, """{"terminal":"t1"}""")));
        await EndAsync(mine, theirs);
    }

    [Test]
    public async Task Every_message_arrives_once_however_many_write_at_once(CancellationToken cancellationToken)
    {
        var outbox = DataServices.Outbox(Database, TimeProvider.System, NullLogger.Instance);
        var journal = DataServices.Journal(Database, Ids, Options, NullLogger.Instance, outbox is PostgreSqlOutbox pg ? pg.EventsWritten : () => { });
        var devices = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Database.AddDeviceAsync(Ids)));
        await using var messages = outbox.SubscribeAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        var next = messages.MoveNextAsync().AsTask();
        while (!next.IsCompleted)
        {
            await outbox.PublishAsync("start", null, "{}", cancellationToken);
            await Task.WhenAny(next, Task.Delay(300, cancellationToken));
        }

        var writing = Task.WhenAll(Enumerable.Range(0, 400).Select(i => i % 4 == 0
            ? outbox.PublishAsync("m", i, "{}", cancellationToken)
            : journal.ApplyAsync(devices[i % 10], s => (new DeviceChange
            {
                State = s, Events = [new DeviceEvent("m", i, TestRows.Now, ImmutableDictionary<string, string>.Empty)],
            }, 0), cancellationToken)));
        var heard = new List<long>();
        while (heard.Count < 400 && await messages.MoveNextAsync())
        {
            if (messages.Current.Topic == "m")
            {
                heard.Add(messages.Current.DeviceId!.Value);
            }
        }

        await writing;
        Assert.That(heard.Order(), Is.EqualTo(Enumerable.Range(0, 400)));
        await EndAsync(outbox, journal);
    }

    [Test]
    public void Late_lower_number_is_taken_once_and_given_up_after_a_while()
    {
        var position = new OutboxPosition(10, TestRows.Now);
        position.Skip(Enumerable.Range(1, 10).Select(i => (long)i));

        Assert.That(position.Take(13, TestRows.Now), Is.True);
        Assert.That(position.Gaps, Is.EquivalentTo(new long[] { 11, 12 }));
        Assert.That((position.Take(12, TestRows.Now), position.Take(12, TestRows.Now), position.Take(13, TestRows.Now)), Is.EqualTo((true, false, false)));
        position.Forget(TestRows.Now.AddMinutes(1));
        Assert.That(position.Gaps, Is.Empty);
    }

    private static async Task EndAsync(params object[] parts)
    {
        foreach (var part in parts.OfType<IAsyncDisposable>())
        {
            await part.DisposeAsync();
        }
    }
}
