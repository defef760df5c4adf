using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Receipts;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Charging;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Receipts;
using CopyTrack.Server.Data.Repositories;
using CopyTrack.Server.Receipts;
using CopyTrack.Server.Receipts.Wire;
using CopyTrack.Server.Tests.Data;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Receipts;

[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class ReceiptStoreTests(Db db) : JournalFixture(db)
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private IReceiptStore? _store;

    private IReceiptStore Store => _store ??= DataServices.Receipts(Database, Ids);

    private ReceiptRepository Rows => new(Database);

    [OneTimeTearDown]
    public async Task CloseAsync()
    {
        if (_store is IAsyncDisposable closing)
        {
            await closing.DisposeAsync();
        }
    }

    [Test]
    public async Task Same_receipt_is_a_duplicate_for_ever_and_other_content_a_conflict_that_is_kept()
    {
        var device = await Database.AddDeviceAsync(Ids);
        var first = await TakeAsync(device, Receipt("1", 3));
        var again = await TakeAsync(device, Receipt("1", 3), Receipt("1", 3));
        var other = await TakeAsync(device, Receipt("1", 4));
        await TakeAsync(device, Receipt("1", 4));

        Assert.That(first.Answers.Single().Outcome, Is.EqualTo(IntakeOutcome.Accepted));
        Assert.That(again.Answers.Select(a => (a.Outcome, a.Id)), Is.All.EqualTo((IntakeOutcome.Duplicate, first.Answers[0].Id)));
        Assert.That(other.Answers.Single(), Is.EqualTo(first.Answers[0] with { Outcome = IntakeOutcome.Conflict }));
        var conflict = (await Rows.ConflictsAsync(1, long.MaxValue, 10, default)).Single(c => c.FirstId == first.Answers[0].Id);
        Assert.That((ReceiptContent.Read(conflict.FirstContent).Pages[0].Impressions, ReceiptContent.Read(conflict.Content).Pages[0].Impressions), Is.EqualTo((3L, 4L)));
        Assert.That(await Database.CountAsync("select count(*) from receipt where device_id = @device", new { device }), Is.EqualTo(1));
    }

    [Test]
    public async Task Key_belongs_to_the_device_of_the_credential()
    {
        var (a, b) = (await Database.AddDeviceAsync(Ids), await Database.AddDeviceAsync(Ids));
        Assert.That((await TakeAsync(a, Receipt("7", 3))).Answers[0].Outcome, Is.EqualTo(IntakeOutcome.Accepted));
        Assert.That((await TakeAsync(b, Receipt("7", 9))).Answers[0].Outcome, Is.EqualTo(IntakeOutcome.Accepted), "a replay under another device's key is that device's own");
    }

    [Test]
    public async Task Gaps_of_the_sequence_are_told_and_close()
    {
        var device = await Database.AddDeviceAsync(Ids);
        await TakeAsync(device, Receipt("1", 1) with { Sequence = 1 });
        var gap = await TakeAsync(device, Receipt("5", 1) with { Sequence = 5 });
        var closed = await TakeAsync(device, Receipt("3", 1) with { Sequence = 3 });
        Assert.That(gap.Missing, Is.EqualTo(new[] { new MissingReceipts("boot", 2, 4) }));
        Assert.That(closed.Missing, Is.EqualTo(new[] { new MissingReceipts("boot", 2, 2), new MissingReceipts("boot", 4, 4) }));
    }

    [Test]
    public async Task Clock_offset_is_kept_and_taken_off()
    {
        var device = await Database.AddDeviceAsync(Ids);
        await Store.TakeAsync(new ReceiptIntake(device, 1, Now, Now.AddHours(-2), [Receipt("1", 1) with { EndedAt = Now.AddHours(-2).AddMinutes(-1) }]), default);
        var row = (await Rows.ListAsync(1, device, null, long.MaxValue, 1, default)).Single();
        Assert.That((row.EndedAt, row.ClockOffsetMs), Is.EqualTo((Now.AddMinutes(-1), (long?)7_200_000)));
    }

    [Test]
    public async Task Hundreds_at_once_keep_each_receipt_once()
    {
        var devices = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Database.AddDeviceAsync(Ids)));
        var all = Enumerable.Range(0, 400).Select(i => (Device: devices[i % 4], Receipt: Receipt($"{i / 8}", 1))).ToList();
        var answers = await Task.WhenAll(all.Select(async x => (await TakeAsync(x.Device, x.Receipt)).Answers[0].Outcome));
        Assert.That(answers.Count(a => a == IntakeOutcome.Accepted), Is.EqualTo(200));
        Assert.That(answers.Count(a => a == IntakeOutcome.Duplicate), Is.EqualTo(200));
    }

    [Test]
    public async Task Unknown_device_keeps_nothing()
    {
        Assert.That(async () => await TakeAsync(4711, Receipt("1", 1)), Throws.Exception);
        Assert.That(await Database.CountAsync("select count(*) from receipt where device_id = 4711"), Is.Zero);
    }

    [Test]
    public async Task Booking_closes_the_receipt_with_its_entries_and_drops_the_name()
    {
        var device = await Database.AddDeviceAsync(Ids);
        await ReadAsync(device, 0, 100);
        await ReadAsync(device, 60, 105);
        await TakeAsync(device, Receipt("1", 5) with { EndedAt = Now.AddSeconds(30), Identities = [new(IdentityKind.Login, "anna")] });
        await ReadAsync(device, 120, 105);
        var stored = (await Rows.WaitingAsync(device, 10, default)).Single();
        var intervals = await Rows.IntervalsAsync(device, Now, Now.AddSeconds(120), default);
        Assert.That(intervals.Select(i => (i.Until, i.Live.Sum(e => e.Delta))), Is.EqualTo(new[] { (Now.AddSeconds(60), 5L), (Now.AddSeconds(120), 0L) }));
        await Journal.ApplyAsync(
            device, s => ReceiptRules.Book(s, At(121), intervals, [new WaitingReceipt(stored.Id, stored.Receipt, stored.From, stored.To, stored.ReceivedAt, new ReceiptOwner(null, 5, null))]), default);

        var row = (await Rows.ListAsync(1, device, ReceiptStatus.Booked, long.MaxValue, 10, default)).Single();
        Assert.That(row.Content, Does.Not.Contain("anna"));
        Assert.That(await Rows.WaitingAsync(device, 10, default), Is.Empty);
        Assert.That((await Rows.IntervalsAsync(device, Now, Now.AddSeconds(60), default))[0].Live.Select(e => (e.Delta, e.PersonId)), Is.EqualTo(new[] { (5L, (long?)5) }));
        Assert.That(await Database.CountAsync("select coalesce(sum(impressions), 0) from usage_day where device_id = @device and person_id = 5", new { device }), Is.EqualTo(5));
        Assert.That(await Database.CountAsync("select coalesce(sum(impressions), 0) from usage_day where device_id = @device and person_id = 0", new { device }), Is.Zero);
        Assert.That((await TakeAsync(device, Receipt("1", 5) with { EndedAt = Now.AddSeconds(30), Identities = [new(IdentityKind.Login, "anna")] })).Answers[0].Outcome, Is.EqualTo(IntakeOutcome.Duplicate));
    }

    [Test]
    public async Task Without_a_licence_receipts_are_acknowledged_as_ignored_and_kept()
    {
        var device = await Database.AddDeviceAsync(Ids);
        var missing = new LicenceOptions("/no/such/licence", "/no/such/key");
        ReceiptDesk desk = new(Store, new NobodyBooks(), new Licence(missing, TimeProvider.System, NullLogger<Licence>.Instance), TimeProvider.System, NullLogger<ReceiptDesk>.Instance);
        var answer = await desk.TakeAsync(new DeviceCaller(device, 1, "d", null), new ReceiptMessage(null, [Receipt("1", 5)]), default);

        Assert.That(answer.Answers.Single().Outcome, Is.EqualTo(IntakeOutcome.Ignored));
        Assert.That(await Rows.WaitingAsync(device, 10, default), Is.Empty);
        Assert.That((await Rows.ListAsync(1, device, ReceiptStatus.Ignored, long.MaxValue, 10, default)).Single().Content, Does.Contain("5"));
    }

    private async Task<IntakeAnswer> TakeAsync(long device, params JobReceipt[] receipts) =>
        await Store.TakeAsync(new ReceiptIntake(device, 1, Now.AddSeconds(40), null, [.. receipts]), default);

    private Task<ReadingOutcome> ReadAsync(long device, int second, long copies) => Journal.ApplyAsync(
        device, s => WalkUpRules.Reading(s, At(second), new MeterReading
        {
            SentAt = Now.AddSeconds(second), At = Now.AddSeconds(second), UpTime = 1000 + (second * 100), Idle = true, Set = TestRows.Counters, Values = [copies],
            Trigger = ReadingTrigger.Receipt, Token = s.ClaimToken,
        }), default);

    private static DecisionContext At(int second) => new(Now.AddSeconds(second), new SessionOptions(), TimeZoneInfo.Utc, CopyTrack.Accounting.Ledger.PriceList.Free);

    private static JobReceipt Receipt(string job, long impressions) => new()
    {
        BootId = "boot", JobId = job, Service = JobService.Copy, EndedAt = Now, Pages = [new CompletedPages(PageColor.Mono, PageSides.Any, null, impressions, null)],
    };

    private sealed class NobodyBooks : IReceiptBooking
    {
        public void Wake(long deviceId, DateTimeOffset now) => Assert.Fail("there is nothing to book");
    }
}
