using CopyTrack.Server.Reports;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Reports;

public sealed class ReportPeriodTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
    private static readonly DateTimeOffset Now = new(2026, 3, 31, 22, 30, 0, TimeSpan.Zero);

    [TestCase(null, null, "2026-03-31T22:00:00Z", "2026-04-30T22:00:00Z", TestName = "The current month of the site, which may be ahead of UTC")]
    [TestCase("2026-03-29", "2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", TestName = "A day of 23 hours")]
    [TestCase("2026-10-25", "2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", TestName = "A day of 25 hours")]
    [TestCase("2026-03-01T12:00:00Z", "2026-03-02T13:00:00+01:00", "2026-03-01T12:00:00Z", "2026-03-02T12:00:00Z", TestName = "Times are exclusive at the end")]
    [TestCase("2026-04-10", null, "2026-04-09T22:00:00Z", "2026-04-30T22:00:00Z", TestName = "An open end is that of the month")]
    [TestCase(null, "2026-02-10", "2026-01-31T23:00:00Z", "2026-02-10T23:00:00Z", TestName = "An open beginning is that of the month")]
    public void Limits_are_read(string? from, string? to, string begin, string end)
    {
        ReportPeriod period = ReportPeriod.TryParse(from, to, Berlin, Now, out string error)!;

        Assert.That(error, Is.Empty);
        Assert.That((ReportJson.Rfc3339(period.From), ReportJson.Rfc3339(period.To)), Is.EqualTo((begin, end)));
    }

    [TestCase("yesterday", null)]
    [TestCase("2026-02-30", null)]
    [TestCase("2026-03-01T12:00:00", null)]
    [TestCase("01/02/2026", null)]
    [TestCase("2026-03-02", "2026-03-01")]
    [TestCase("9999-12-31", "9999-12-31")]
    [TestCase(null, "2026-03-01 12:00:00Z")]
    public void What_is_no_period_is_told(string? from, string? to)
    {
        Assert.That(ReportPeriod.TryParse(from, to, Berlin, Now, out string error), Is.Null);
        Assert.That(error, Is.Not.Empty);
    }
}
