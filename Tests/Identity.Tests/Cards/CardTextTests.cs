using CopyTrack.Identity.Cards;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace CopyTrack.Identity.Tests.Cards;

public sealed class CardTextTests
{
    [TestCase("04:a2:2b-1c 5f:61:80", "04A22B1C5F6180")]
    [TestCase("  0012345678 ", "0012345678")]
    [TestCase("ab\tcd", "ABCD")]
    public void Card_text_is_the_same_however_it_is_written(string raw, string canonical) =>
        Assert.That(CardText.Canonicalize(raw), Is.EqualTo(canonical));

    [TestCase("")]
    [TestCase(" :-: ")]
    [TestCase("12\u000134")]
    public void Card_text_is_refused_when_nothing_or_a_control_character_is_in_it(string raw) =>
        Assert.That(CardText.Canonicalize(raw), Is.Null);

    [Test]
    public void Card_text_is_refused_when_it_is_too_long()
    {
        Assert.That(CardText.Canonicalize(new string('1', CardText.MaxLength)), Is.Not.Null);
        Assert.That(CardText.Canonicalize(new string('1', CardText.MaxLength + 1)), Is.Null);
        Assert.That(CardText.Canonicalize(new string(' ', 100_000)), Is.Null);
    }

    [Test]
    public void Canonical_text_stays_as_it_is_when_canonicalized_again() =>
        Prop.ForAll<NonNull<string>>(raw =>
        {
            string? once = CardText.Canonicalize(raw.Get);
            return once is null || CardText.Canonicalize(once) == once;
        }).QuickCheckThrowOnFailure();

    [TestCase("08A1B2C3", true)]
    [TestCase("08A1B2C3D4E5F6", false)]
    [TestCase("18A1B2C3", false)]
    [TestCase("0812345X", false)]
    public void Random_uids_are_recognised(string canonical, bool random) => Assert.That(CardText.IsRandomUid(canonical), Is.EqualTo(random));
}
