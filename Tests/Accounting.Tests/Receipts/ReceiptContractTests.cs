using System.Collections.Immutable;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Receipts;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Receipts;

public sealed class ReceiptContractTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [TestCase("iso_a4_210x297mm", PageSize.Normal)]
    [TestCase("iso_a3_297x420mm", PageSize.Large)]
    [TestCase("na_ledger_11x17in", PageSize.Large)]
    [TestCase("na_legal_8.5x14in", PageSize.Normal)]
    [TestCase("jis_b4_257x364mm", PageSize.Large)]
    [TestCase("custom_banner_297x1200mm", PageSize.Large)]
    [TestCase("A4", PageSize.Any)]
    [TestCase("iso_a4_0x297mm", PageSize.Any)]
    [TestCase("iso_a4_-210x297mm", PageSize.Any)]
    [TestCase("x_99999999x99999999mm", PageSize.Any)]
    [TestCase("_x_mm", PageSize.Any)]
    [TestCase(null, PageSize.Any)]
    public void Media_name_of_PWG_5101_1_tells_its_size(string? name, PageSize size) => Assert.That(MediaName.SizeOf(name), Is.EqualTo(size));

    [TestCaseSource(nameof(Bad))]
    public void Receipt_is_refused_with_a_sentence(JobReceipt receipt, string word) => Assert.That(ReceiptValidation.Fault(receipt), Does.Contain(word));

    [Test]
    public void Good_receipt_is_taken_and_survives_its_content()
    {
        var receipt = Good() with { Sequence = 4, Session = 9, Reasons = ["job-completed-successfully"], Identities = [new(IdentityKind.Track, "77")] };
        Assert.That(ReceiptValidation.Fault(receipt), Is.Null);
        var read = ReceiptContent.Read(ReceiptContent.Write(receipt));
        Assert.That(ReceiptContent.Write(read), Is.EqualTo(ReceiptContent.Write(receipt)));
        Assert.That(ReceiptContent.Hash(read), Is.EqualTo(ReceiptContent.Hash(receipt)));
        Assert.That(ReceiptContent.Hash(receipt with { Scans = 1 }), Is.Not.EqualTo(ReceiptContent.Hash(receipt)));
        Assert.That(ReceiptContent.WithoutNames(receipt with { Identities = [new(IdentityKind.Login, "anna"), new(IdentityKind.Track, "77")] }).Identities, Is.EqualTo(new JobIdentity[] { new(IdentityKind.Track, "77") }));
        Assert.That(receipt.ToString(), Does.Not.Contain("77"), "names stay out of logs");
    }

    [Test]
    public void Key_is_the_uuid_else_boot_and_job_and_never_a_time()
    {
        Assert.That(Good().Key, Is.EqualTo("b:boot/1"));
        Assert.That((Good() with { JobUuid = "01234567-89ab-cdef-0123-456789abcdef" }).Key, Is.EqualTo("u:01234567-89ab-cdef-0123-456789abcdef"));
        Assert.That((Good() with { EndedAt = Noon.AddDays(1) }).Key, Is.EqualTo(Good().Key));
    }

    [Test]
    public void Numbers_in_any_order_leave_as_missing_what_never_came() => Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue)), seed =>
    {
        var random = new Random(seed);
        var numbers = Enumerable.Range(1, 25).Where(_ => random.Next(4) > 0).Select(n => (long)n).OrderBy(_ => random.Next()).ToList();
        var stream = numbers.Concat(numbers).Aggregate(new ReceiptStream(), (s, n) => s.Take("b", n));
        stream = ReceiptStream.Parse(stream.ToJson());
        var missing = stream.Missing.SelectMany(m => Enumerable.Range((int)m.From, (int)(m.To - m.From + 1))).Select(n => (long)n);
        Assert.That(missing, Is.EquivalentTo(Enumerable.Range(1, (int)numbers.DefaultIfEmpty(0).Max()).Select(n => (long)n).Except(numbers)), $"seed {seed}");
    }).QuickCheckThrowOnFailure();

    [Test]
    public void Stream_stays_small_whatever_a_device_numbers()
    {
        var stream = new ReceiptStream();
        for (var i = 1; i < 500; i++)
        {
            stream = stream.Take($"boot{i % 9}", i * 3);
        }

        Assert.That(stream.ToJson(), Has.Length.LessThan(12_000));
        Assert.That(stream.Boots, Has.Length.EqualTo(4));
    }

    [TestCase(-3 * 3600, 0, Description = "a clock three hours behind, and told")]
    [TestCase(3 * 3600, 0)]
    [TestCase(0, 0)]
    public void Clock_that_is_told_is_taken_off(int wrongBy, int expected)
    {
        var offset = new ReceiptStream().Clock(Noon.AddSeconds(wrongBy), Noon).ClockOffsetMs;
        var (from, to) = ReceiptTimes.Of(Good() with { StartedAt = Noon.AddSeconds(wrongBy - 60), EndedAt = Noon.AddSeconds(wrongBy - 30) }, offset, Noon);
        Assert.That((from, to), Is.EqualTo((Noon.AddSeconds(expected - 60), Noon.AddSeconds(expected - 30))));
    }

    [Test]
    public void Clock_that_is_not_told_is_believed_about_the_past_only()
    {
        Assert.That(ReceiptTimes.Of(Good() with { EndedAt = Noon.AddDays(-2) }, null, Noon).To, Is.EqualTo(Noon.AddDays(-2)));
        Assert.That(ReceiptTimes.Of(Good() with { EndedAt = Noon.AddDays(2) }, null, Noon).To, Is.EqualTo(Noon));
    }

    private static JobReceipt Good() => new()
    {
        BootId = "boot", JobId = "1", Service = JobService.Copy, StartedAt = Noon.AddMinutes(-1), EndedAt = Noon,
        Pages = [new CompletedPages(PageColor.Mono, PageSides.Duplex, "iso_a4_210x297mm", 5, 3)],
    };

    private static IEnumerable<TestCaseData> Bad()
    {
        yield return Case("no key", Good() with { JobId = null }, "jobUuid");
        yield return Case("uuid", Good() with { JobUuid = "x" }, "UUID");
        yield return Case("negative impressions", With(-1, 0), "impressions");
        yield return Case("absurd impressions", With(long.MaxValue, 0), "impressions");
        yield return Case("absurd sum", Good() with { Pages = [.. Enumerable.Repeat(new CompletedPages(PageColor.Any, PageSides.Any, null, 200_000, null), 2)] }, "all lines");
        yield return Case("negative sheets", With(5, -1), "sheets");
        yield return Case("sheets above impressions", With(5, 6), "sheets must not be above");
        yield return Case("too few sheets", With(5, 2), "half");
        yield return Case("negative scans", Good() with { Scans = -1 }, "scans");
        yield return Case("absurd faxes", Good() with { Faxes = 9_999_999 }, "faxes");
        yield return Case("start after end", Good() with { StartedAt = Noon.AddHours(1) }, "startedAt");
        yield return Case("year 1970", Good() with { StartedAt = null, EndedAt = DateTimeOffset.UnixEpoch }, "1980");
        yield return Case("sequence", Good() with { Sequence = 0 }, "sequence");
        yield return Case("control character", Good() with { JobId = "a\u0001" }, "control");
        yield return Case("long text", Good() with { Identities = [new(IdentityKind.Login, new string('x', 129))] }, "identities");
        yield return Case("half a surrogate", Good() with { BootId = "\ud800" }, "bootId");
    }

    private static JobReceipt With(long impressions, long sheets) =>
        Good() with { Pages = ImmutableArray.Create(new CompletedPages(PageColor.Mono, PageSides.Duplex, null, impressions, sheets)) };

    private static TestCaseData Case(string name, JobReceipt receipt, string word) => new TestCaseData(receipt, word).SetArgDisplayNames(name);
}
