using CopyTrack.Identity.Pins;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace CopyTrack.Identity.Tests.Pins;

public sealed class PinTests
{
    [TestCase(0, 6)]
    [TestCase(999, 6)]
    [TestCase(1_000, 7)]
    [TestCase(9_999, 7)]
    [TestCase(10_000, 8)]
    [TestCase(250_000, 8)]
    public void Required_length_follows_the_number_of_users(int users, int digits) => Assert.That(PinPolicy.RequiredLength(users), Is.EqualTo(digits));

    [TestCase("000000")]
    [TestCase("123456")]
    [TestCase("654321")]
    [TestCase("890123")]
    [TestCase("135791")]
    [TestCase("121212")]
    [TestCase("123123")]
    [TestCase("1231231")]
    [TestCase("12341234")]
    [TestCase("123321")]
    [TestCase("4815184")]
    [TestCase("111112")]
    [TestCase("112211")]
    [TestCase("198427")]
    [TestCase("241984")]
    [TestCase("01012001")]
    public void Trivial_pins_are_refused(string pin) => Assert.That(PinPolicy.FaultOf(pin, 10), Is.EqualTo("the PIN is trivial"));

    [TestCase("482915")]
    [TestCase("739206")]
    [TestCase("192837")]
    [TestCase("5820473")]
    public void Good_pins_are_taken(string pin) => Assert.That(PinPolicy.FaultOf(pin, 10), Is.Null);

    [TestCase("", 10, "digits only")]
    [TestCase("48291a", 10, "digits only")]
    [TestCase("４８２９１５", 10, "digits only")]
    [TestCase("48291", 10, "6 digits")]
    [TestCase("482915", 1_000, "7 digits")]
    [TestCase("4829157", 10_000, "8 digits")]
    [TestCase("48291573648291570", 10, "longer than 16")]
    public void Bad_pins_are_refused_with_the_reason(string pin, int users, string reason) => Assert.That(PinPolicy.FaultOf(pin, users), Does.Contain(reason));

    [Test]
    public void Fault_never_throws_nor_contains_the_pin() =>
        Prop.ForAll<NonNull<string>>(pin => PinPolicy.FaultOf(pin.Get, 10) is not { } fault || pin.Get.Length < 6 || !fault.Contains(pin.Get, StringComparison.Ordinal)).QuickCheckThrowOnFailure();

    [Test]
    public void Generated_pins_are_good_and_unique()
    {
        HashSet<string> taken = [];
        for (int i = 0; i < 900; i++)
        {
            string pin = PinGenerator.Next(999, candidate => !taken.Contains(candidate));
            Assert.That(PinPolicy.FaultOf(pin, 999), Is.Null);
            Assert.That(taken.Add(pin), Is.True);
        }
    }

    [Test]
    public void Generated_pins_have_every_digit_equally_often()
    {
        // 20,000 PINs of 8: each digit 16,000 times, standard deviation 120; the refused ones shift it by a little.
        int[] counts = new int[10];
        for (int i = 0; i < 20_000; i++)
        {
            foreach (char digit in PinGenerator.Next(10_000))
            {
                counts[digit - '0']++;
            }
        }
        Assert.That(counts, Is.All.InRange(15_000, 17_000));
    }

    [Test]
    public void Generator_gives_up_when_no_pin_is_free() => Assert.That(() => PinGenerator.Next(10, _ => false), Throws.InvalidOperationException);
}
