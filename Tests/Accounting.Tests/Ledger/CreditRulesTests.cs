using CopyTrack.Accounting.Charging;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Ledger;

public sealed class CreditRulesTests
{
    [TestCase(null, null, 0, 900, null, false, true)]
    [TestCase(null, 1000, 0, 900, 100, false, true)]
    [TestCase(null, 1000, 0, 1000, 0, false, false)]
    [TestCase(null, 1000, 500, 1200, 300, false, true)]
    [TestCase(800, 1000, 0, 900, 100, true, true)]
    [TestCase(800, null, 0, 900, null, true, true)]
    public void One_limit_says_what_is_left_whether_to_warn_and_whether_to_copy(int? soft, int? hard, int extra, int used, int? left, bool warning, bool may)
    {
        var credit = CreditRules.Of([new QuotaUse(QuotaKind.Person, soft, hard, extra, used)]);
        Assert.That((credit.Left, credit.IsWarning, credit.MayCopy), Is.EqualTo(((long?)left, warning, may)));
    }

    [Test]
    public void Of_several_limits_the_least_holds()
    {
        var credit = CreditRules.Of([new QuotaUse(QuotaKind.Person, null, 1000, 0, 100), new QuotaUse(QuotaKind.Department, 10, 500, 0, 450)]);
        Assert.That((credit.Left, credit.IsWarning), Is.EqualTo(((long?)50, true)));
    }

    [Test]
    public void Periods_begin_on_the_local_day_month_and_year()
    {
        var today = new DateOnly(2026, 3, 17);
        Assert.That(Enum.GetValues<QuotaPeriod>().Select(p => CreditRules.Start(p, today)), Is.EqualTo(new[] { DateOnly.MinValue, today, new DateOnly(2026, 3, 1), new DateOnly(2026, 1, 1) }));
    }
}
