using CopyTrack.Accounting.Alerts;
using NUnit.Framework;

namespace CopyTrack.Accounting.Tests.Alerts;

public sealed class QuietHoursTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [TestCase("2026-11-20T18:59:00Z", false)]
    [TestCase("2026-11-20T19:00:00Z", true)]
    [TestCase("2026-11-21T05:59:59Z", true)]
    [TestCase("2026-11-23T06:00:00Z", false)]
    [TestCase("2026-07-20T17:59:00Z", false, Description = "summer time")]
    [TestCase("2026-07-20T18:00:00Z", true)]
    public void Night_goes_over_midnight_by_the_clocks_of_the_site(string time, bool quiet) =>
        Assert.That(new QuietHours(20 * 60, 7 * 60, 0).IsQuiet(DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture), Berlin), Is.EqualTo(quiet));

    [Test]
    public void Whole_days_are_quiet_and_equal_times_are_none()
    {
        var weekend = new QuietHours(0, 0, 0b1000001);
        Assert.That(weekend.IsQuiet(new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero), Berlin), Is.True, "a Sunday");
        Assert.That(weekend.IsQuiet(new(2026, 11, 22, 23, 30, 0, TimeSpan.Zero), Berlin), Is.False, "Monday already at the site");
        Assert.That(QuietHours.None.IsQuiet(new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero), Berlin), Is.False);
        Assert.That(new QuietHours(720, 780, 0).IsQuiet(new(2026, 11, 23, 11, 30, 0, TimeSpan.Zero), Berlin), Is.True, "noon");
    }

    [TestCase(0, 0, 127, false)]
    [TestCase(1440, 0, 0, false)]
    [TestCase(0, -1, 0, false)]
    [TestCase(1439, 0, 126, true)]
    public void Times_outside_a_day_and_seven_quiet_days_are_refused(int from, int to, int days, bool possible) => Assert.That(new QuietHours(from, to, days).IsPossible, Is.EqualTo(possible));
}
