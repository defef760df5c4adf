using System.Globalization;
using CopyTrack.Server.Reports.Schedules;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Reports;

internal sealed class CronTextTests
{
    private static readonly TimeZoneInfo s_berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [TestCase("0 8 1 * *", "2026-03-01T07:00:00Z", "2026-04-01T06:00:00Z", Description = "the first of the month at eight, in summer time by then")]
    [TestCase("0 8 1 * *", "2026-03-01T06:59:59Z", "2026-03-01T07:00:00Z")]
    [TestCase("30 2 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z", Description = "half past two is skipped that night: the first moment behind the gap")]
    [TestCase("30 2 * * *", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z")]
    [TestCase("30 2 * * *", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z", Description = "comes twice that night: the first counts")]
    [TestCase("30 2 * * *", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z", Description = "and not the second")]
    [TestCase("0 7 * * mon", "2026-11-22T14:00:00Z", "2026-11-23T06:00:00Z")]
    [TestCase("0 7 * * 7", "2026-11-21T14:00:00Z", "2026-11-22T06:00:00Z")]
    [TestCase("0 18 L * *", "2026-02-01T00:00:00Z", "2026-02-28T17:00:00Z")]
    [TestCase("0 18 L * *", "2028-02-01T00:00:00Z", "2028-02-29T17:00:00Z")]
    [TestCase("0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-28T23:00:00Z")]
    [TestCase("*/15 9-10 * jan,feb 1-5", "2026-02-27T09:50:00Z", "2027-01-01T08:00:00Z")]
    [TestCase("10/20 6 * * *", "2026-06-01T04:15:00Z", "2026-06-01T04:30:00Z")]
    [TestCase("0 0 13 * fri", "2026-11-22T00:00:00Z", "2026-11-26T23:00:00Z", Description = "either of the two days, as in every cron")]
    public void Next_time_is_by_the_clocks_of_the_zone(string text, string after, string next)
    {
        CronText cron = CronText.TryParse(text, out string error)!;
        Assert.That(error, Is.Empty);
        Assert.That(cron.Next(DateTimeOffset.Parse(after, CultureInfo.InvariantCulture), s_berlin), Is.EqualTo(DateTimeOffset.Parse(next, CultureInfo.InvariantCulture)));
    }

    [TestCase("Europe/Berlin")]
    [TestCase("America/Sao_Paulo")]
    [TestCase("Australia/Lord_Howe")]
    [TestCase("Asia/Kathmandu")]
    [TestCase("America/New_York")]
    [TestCase("Africa/Cairo")]
    public void A_daily_time_comes_once_on_each_local_day_whatever_clocks_do(string name)
    {
        TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(name);
        foreach (string text in new[] { "0 0 * * *", "30 2 * * *", "15 23 * * *" })
        {
            CronText cron = CronText.TryParse(text, out _)!;
            DateTimeOffset at = new(2023, 12, 31, 12, 0, 0, TimeSpan.Zero);
            DateOnly day = default;
            for (int n = 0; n < 1200; n++)
            {
                at = cron.Next(at, zone)!.Value;
                DateOnly local = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);
                Assert.That(day == default || local == day.AddDays(1), $"{text} {name}: {day} then {local}");
                day = local;
            }
        }
    }

    [TestCase("", "five fields")]
    [TestCase("0 8 1 *", "five fields")]
    [TestCase("0 8 1 * * *", "five fields")]
    [TestCase("60 8 1 * *", "minute")]
    [TestCase("0 24 1 * *", "hour")]
    [TestCase("0 8 32 * *", "day of the month")]
    [TestCase("0 8 1 13 *", "the month")]
    [TestCase("0 8 1 * 8", "day of the week")]
    [TestCase("0 8 1-2-3 * *", "day of the month")]
    [TestCase("5-1 8 1 * *", "minute")]
    [TestCase("*/0 8 1 * *", "minute")]
    [TestCase("-1 8 1 * *", "minute")]
    [TestCase("0 8 31 2 *", "No day ever fits")]
    public void What_is_no_time_is_told(string text, string message)
    {
        Assert.That(CronText.TryParse(text, out string error), Is.Null);
        Assert.That(error, Does.Contain(message));
    }

    [Test]
    public void A_giant_text_is_refused_at_once() => Assert.That(CronText.TryParse(string.Join(',', Enumerable.Repeat("1", 100_000)) + " 1 1 1 1", out _), Is.Null);
}
