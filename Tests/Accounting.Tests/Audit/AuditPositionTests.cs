using CopyTrack.Accounting.Audit;
using CopyTrack.Accounting.Ledger;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Audit;

public sealed class AuditPositionTests
{
    private static readonly byte[] Key = [.. Enumerable.Repeat((byte)7, 32)];

    [Test]
    public async Task A_run_from_a_position_says_what_a_full_run_says()
    {
        LedgerOnPaper ledger = LedgerOnPaper.Good();
        AuditPosition position = Sealed((await ledger.AuditAsync()).Position!);
        ledger.Border(7, 70, 1020, 203, 35, 51, 720).Entry(14, 7, 0, 8).Entry(15, 7, 4, 6);
        ledger.Entry(16, 4, 2, -5, reverses: 13).Entry(17, 4, 2, 5, Cause.Unsplittable);

        AuditOutcome quick = await ledger.AuditAsync(position);
        AuditOutcome full = await ledger.AuditAsync();

        Assert.That(quick.Verdict.Violations, Is.Empty);
        Assert.That(quick.Verdict.Epochs.Single() with { Counters = [] }, Is.EqualTo(full.Verdict.Epochs.Single() with { Counters = [] }));
        Assert.That(quick.Verdict.Epochs[0].Counters, Is.EqualTo(full.Verdict.Epochs[0].Counters));
        Assert.That(AuditSeal.Seal(quick.Position!, Key).Content, Is.EqualTo(AuditSeal.Seal(full.Position!, Key).Content));
    }

    [Test]
    public async Task A_lost_reversal_in_an_older_interval_is_seen_from_a_position()
    {
        LedgerOnPaper ledger = LedgerOnPaper.Good();
        AuditPosition position = (await ledger.AuditAsync()).Position!;
        ledger.Entry(14, 4, 2, 5, Cause.Unsplittable);

        Assert.That((await ledger.AuditAsync(position)).Verdict.Violations,
            Does.Contain("Device hall, epoch 1, counter other (impressions), interval 4: the meter moved by 0 more but later entries sum to 5."));
    }

    [Test]
    public async Task A_hole_after_a_position_is_seen()
    {
        LedgerOnPaper ledger = LedgerOnPaper.Good();
        AuditPosition position = (await ledger.AuditAsync()).Position!;
        ledger.Border(8, 70, 1012, 203, 35, 51, 714);

        Assert.That((await ledger.AuditAsync(position)).Verdict.Violations,
            Does.Contain("Device hall, epoch 1, reading 8: it follows reading 6, so 1 readings are missing."));
    }

    [Test]
    public async Task A_seal_opens_only_whole_with_its_key_and_for_its_device()
    {
        (string content, byte[] signature) = AuditSeal.Seal((await LedgerOnPaper.Good().AuditAsync()).Position!, Key);

        Assert.That(AuditSeal.Open(content, signature, 7, Key), Is.Not.Null);
        Assert.That(AuditSeal.Open(content, signature, 8, Key), Is.Null);
        Assert.That(AuditSeal.Open(content, signature, 7, new byte[32]), Is.Null);
        Assert.That(AuditSeal.Open(content.Replace("\"LastEntry\":13", "\"LastEntry\":12", StringComparison.Ordinal), signature, 7, Key), Is.Null);
        Assert.That(AuditSeal.Open(content, [], 7, Key), Is.Null);
    }

    private static AuditPosition Sealed(AuditPosition position)
    {
        (string content, byte[] signature) = AuditSeal.Seal(position, Key);
        return AuditSeal.Open(content, signature, 7, Key)!;
    }
}
