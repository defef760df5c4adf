using CopyTrack.Accounting.Fleet;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Fleet;

/// <summary>Acknowledgements that are carried as a file: for one agent and key, and never more than is kept.</summary>
public sealed class CarriedAcknowledgementTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 22, 8, 30, 0, TimeSpan.Zero);

    [Test]
    public void File_is_good_for_its_agent_key_and_manager_alone()
    {
        using var manager = FleetKeys.Create();
        using var own = FleetKeys.Create();
        using var other = FleetKeys.Create();
        var file = new CarriedAcknowledgement(3, 41, [(7, 7), (20, 22)], At).Seal("7", own.ExportSubjectPublicKeyInfo(), manager);
        var read = CarriedAcknowledgement.Read(file, "7", own, manager);
        Assert.That((read.From, read.Through, string.Join(' ', read.Missing), read.At), Is.EqualTo((3L, 41L, "(7, 7) (20, 22)", At)));
        Assert.That(file, Has.Length.LessThan(CarriedAcknowledgement.MaxBytes));
        foreach (var (agent, key, signer) in new[] { ("8", own, manager), ("7", other, manager), ("7", own, other) })
        {
            Assert.That(() => CarriedAcknowledgement.Read(file, agent, key, signer), Throws.InstanceOf<FleetFormatException>());
        }

        file[^8] ^= 1;
        Assert.That(() => CarriedAcknowledgement.Read(file, "7", own, manager), Throws.InstanceOf<FleetFormatException>(), "changed on the way");
        Assert.That(() => CarriedAcknowledgement.Read(new FleetReceived(41).Seal("7", "n", manager), "7", own, manager), Throws.InstanceOf<FleetFormatException>(), "nothing passes as something else");
    }

    [TestCase("5 6 7", 7)]
    [TestCase("5 6 7 8 9 10 11", 9)]
    [TestCase("10 11 12", null)]
    [TestCase("12 13 14", 13)]
    [TestCase("2 3 4", null)]
    [TestCase("14", null)]
    [TestCase("", null)]
    public void What_is_covered_ends_before_the_first_number_that_is_held_and_not_kept(string held, long? covered)
    {
        var word = new CarriedAcknowledgement(3, 13, [(10, 11)], At);
        Assert.That(word.Covers([.. held.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse)]), Is.EqualTo(covered));
    }

    [Test]
    public void Word_goes_as_far_as_everything_is_kept_and_begins_behind_gaps_that_it_can_not_name()
    {
        Assert.That(CarriedAcknowledgement.Of(10, [11, 12, 14], [(4, 5)], At), Is.EqualTo(new CarriedAcknowledgement(1, 12, [], At) with { Missing = [(4, 5)] }).Using<CarriedAcknowledgement>((a, b) => a.Through == b.Through && a.From == b.From && a.Missing.SequenceEqual(b.Missing)));
        var many = Enumerable.Range(0, CarriedAcknowledgement.MostMissing + 2).Select(i => (First: 10L + (10 * i), Last: 12L + (10 * i))).ToArray();
        var word = CarriedAcknowledgement.Of(1000, [], many, At);
        Assert.That((word.From, word.Through, word.Missing.Length, word.Missing[0]), Is.EqualTo((23L, 1000L, CarriedAcknowledgement.MostMissing, (30L, 32L))));
        using var key = FleetKeys.Create();
        var longest = new CarriedAcknowledgement(1, 1L << 53, [.. Enumerable.Range(0, CarriedAcknowledgement.MostMissing).Select(i => ((1L << 53) - 100 + (2 * i), (1L << 53) - 100 + (2 * i)))], At);
        Assert.That(CarriedAcknowledgement.Read(longest.Seal("7", key.ExportSubjectPublicKeyInfo(), key), "7", key, key).Missing, Has.Length.EqualTo(CarriedAcknowledgement.MostMissing));
    }
}
