using CopyTrack.Accounting.Charging;
using CopyTrack.Accounting.Ledger;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Ledger;

public sealed class HoldRulesTests
{
    [TestCase(10_000, 0, 2_000, 2_000)]
    [TestCase(3_000, 0, 2_000, 1_500)]
    [TestCase(3_001, 500, 2_000, 2_001)]
    [TestCase(200, 500, 2_000, 700)]
    [TestCase(1, 0, 2_000, 1)]
    [TestCase(0, 500, 2_000, 500)]
    [TestCase(-70, 500, 2_000, 500)]
    public void A_step_is_never_more_than_half_of_what_is_left_but_for_a_small_rest(int left, int spent, int step, int ceiling)
    {
        var hold = HoldRules.Step([Limit(left)], spent, step);
        Assert.That((hold.Ceiling, hold.Left, hold.IsGood), Is.EqualTo(((long?)ceiling, (long?)left, left > 0)));
    }

    [Test]
    public void The_tightest_limit_decides_and_none_is_no_limit()
    {
        Assert.That(HoldRules.Job([Limit(10_000), Limit(300)], 0, 700).Ceiling, Is.EqualTo(300));
        Assert.That(HoldRules.Job([Limit(10_000), Limit(300)], 100, 200).Ceiling, Is.EqualTo(300));
        Assert.That(HoldRules.Job([], 100, 200), Is.EqualTo(Hold.Unlimited));
        Assert.That(HoldRules.Job([new QuotaUse(QuotaKind.Person, 10, null, 0, 20)], 0, 200), Is.EqualTo(new Hold(null, null, true)), "a soft limit warns and holds nothing");
    }

    [Test]
    public void What_others_hold_is_as_good_as_spent() =>
        Assert.That(CreditRules.Of([new QuotaUse(QuotaKind.Person, null, 1000, 0, 100) { Held = 850 }]).Left, Is.EqualTo(50));

    [Test]
    public void A_page_of_unknown_colour_is_priced_as_the_dearer_one()
    {
        var prices = new PriceList("EUR", 50, 200, 30, 10, 20, 5);
        Assert.That((JobPrice.Impression(prices, false, false), JobPrice.Impression(prices, true, true), JobPrice.Impression(prices, null, false)), Is.EqualTo((55L, 235L, 205L)));
        Assert.That((JobPrice.Pages(999, 100), JobPrice.Pages(-5, 100), JobPrice.Pages(10, 0)), Is.EqualTo(((long?)9, (long?)0, (long?)null)));
    }

    private static QuotaUse Limit(long left) => new(QuotaKind.Person, null, left + 100, 0, 100);
}
