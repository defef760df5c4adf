using CopyTrack.Server.Reports;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Reports;

internal sealed class ReportSpansTests
{
    private static readonly TimeZoneInfo s_berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [TestCase("today", "2026-03-01", "2026-03-01")]
    [TestCase("lastWeek", "2026-02-16", "2026-02-22")]
    [TestCase("thisWeek", "2026-02-23", "2026-03-01")]
    [TestCase("lastMonth", "2026-02-01", "2026-02-28")]
    [TestCase("thisQuarter", "2026-01-01", "2026-03-31")]
    [TestCase("lastQuarter", "2025-10-01", "2025-12-31")]
    [TestCase("lastYear", "2025-01-01", "2025-12-31")]
    [TestCase("last30Days", "2026-01-31", "2026-03-01")]
    [TestCase("last12Months", "2025-03-01", "2026-02-28")]
    public void Words_mean_days_seen_from_a_sunday_first_of_march(string word, string first, string last) =>
        Assert.That(ReportSpans.Of(word, new DateOnly(2026, 3, 1)), Is.EqualTo((DateOnly.Parse(first, null), DateOnly.Parse(last, null))));

    [Test]
    public void Every_word_is_a_period_that_ends_after_it_begins_on_each_day_of_a_leap_year()
    {
        for (DateOnly day = new(2028, 1, 1); day.Year == 2028; day = day.AddDays(1))
        {
            foreach (string word in ReportSpans.Words)
            {
                Assert.That(ReportSpans.Of(word, day) is { } span && span.First <= span.Last, $"{word} {day}");
            }
        }
    }

    [TestCase("2026-03-01", "2026-03-31", "before", "2026-02-01", "2026-02-28")]
    [TestCase("2026-01-01", "2026-03-31", "before", "2025-10-01", "2025-12-31")]
    [TestCase("2026-03-10", "2026-03-12", "before", "2026-03-07", "2026-03-09")]
    [TestCase("2024-02-01", "2024-02-29", "year", "2023-02-01", "2023-02-28")]
    [TestCase("2025-02-01", "2025-02-28", "year", "2024-02-01", "2024-02-29")]
    [TestCase("2026-03-10", "2026-03-12", "year", "2025-03-10", "2025-03-12")]
    public void A_period_is_compared_with_its_like(string from, string to, string comparison, string first, string last)
    {
        ReportPeriod period = ReportSpans.Between(DateOnly.Parse(from, null), DateOnly.Parse(to, null), s_berlin);
        Assert.That(ReportSpans.Compared(period, comparison, s_berlin, period.To).Period.Days, Is.EqualTo((DateOnly.Parse(first, null), DateOnly.Parse(last, null))));
    }

    // A year ago is a year of the calendar, whose length was 366 days when a 29th of February lay between.
    [TestCase("2024-03-01T08:00:00Z", "2024-03-02T08:00:00Z", "2023-03-01T08:00:00Z", "2023-03-02T08:00:00Z")]
    [TestCase("2025-02-10T08:00:00Z", "2025-02-11T08:00:00Z", "2024-02-10T08:00:00Z", "2024-02-11T08:00:00Z")]
    [TestCase("2024-02-28T08:00:00Z", "2024-02-29T08:00:00Z", "2023-02-28T08:00:00Z", "2023-03-01T08:00:00Z")]
    [TestCase("2026-03-29T12:00:00Z", "2026-03-30T12:00:00Z", "2025-03-29T13:00:00Z", "2025-03-30T12:00:00Z")]
    public void A_year_ago_of_times_is_the_same_local_time(string from, string to, string first, string last)
    {
        ReportPeriod compared = ReportSpans.Compared(ReportPeriod.Between(Time(from), Time(to), s_berlin), "year", s_berlin, Time(to)).Period;
        Assert.That((compared.From, compared.To), Is.EqualTo((Time(first), Time(last))));
    }

    [TestCase("thisMonth", "before", "2026-10-31T23:00:00Z", "2026-11-23T09:15:00Z", "2026-09-30T22:00:00Z", "2026-10-23T08:15:00Z")]
    [TestCase("thisMonth", "year", "2026-10-31T23:00:00Z", "2026-11-23T09:15:00Z", "2025-10-31T23:00:00Z", "2025-11-23T09:15:00Z")]
    [TestCase("thisWeek", "before", "2026-11-22T23:00:00Z", "2026-11-23T09:15:00Z", "2026-11-15T23:00:00Z", "2026-11-16T09:15:00Z")]
    [TestCase("today", "before", "2026-11-22T23:00:00Z", "2026-11-23T09:15:00Z", "2026-11-21T23:00:00Z", "2026-11-22T09:15:00Z")]
    [TestCase("thisYear", "before", "2025-12-31T23:00:00Z", "2026-11-23T09:15:00Z", "2024-12-31T23:00:00Z", "2025-11-23T09:15:00Z")]
    public void What_is_not_over_is_compared_with_as_much_of_the_other(string word, string comparison, string from, string now, string first, string last)
    {
        (DateOnly day, DateOnly until) = ReportSpans.Of(word, new DateOnly(2026, 11, 23))!.Value;
        ReportPeriod period = ReportSpans.Between(day, until, s_berlin);
        (ReportPeriod compared, bool isCut) = ReportSpans.Compared(period, comparison, s_berlin, Time(now));
        Assert.That((period.From, isCut, compared.From, compared.To), Is.EqualTo((Time(from), true, Time(first), Time(last))));
    }

    [TestCase("2026-03-30T22:00:00Z", "2026-04-01T09:00:00Z", "2026-03-31", "2026-03-31")]
    [TestCase("2026-03-30T23:00:00Z", "2026-04-03T22:00:00Z", "2026-04-01", "2026-04-03")]
    [TestCase("2026-03-30T23:00:00Z", "2026-03-31T22:00:00Z", null, null)]
    public void Whole_days_of_a_period_are_those_that_lie_in_it(string from, string to, string? first, string? last) => Assert.That(
        ReportPeriod.Between(Time(from), Time(to), s_berlin).WholeDays(s_berlin), Is.EqualTo(first is null ? null : ((DateOnly, DateOnly)?)(DateOnly.Parse(first, null), DateOnly.Parse(last!, null))));

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    [Test]
    public void A_month_in_which_clocks_change_has_an_hour_less()
    {
        ReportPeriod march = ReportSpans.Between(new DateOnly(2026, 3, 1), new DateOnly(2026, 3, 31), s_berlin);
        Assert.That(march.To - march.From, Is.EqualTo(TimeSpan.FromHours((31 * 24) - 1)));
    }

    [TestCase(100L, 0L, 100L, 0L, 0.5, 0.46)]
    [TestCase(60L, 40L, 200L, 100L, 0.75, 0.69)]
    [TestCase(0L, 0L, 0L, 0L, 0.0, 0.0)]
    [TestCase(-5L, 0L, -5L, 0L, 0.0, 0.0)]
    public void Paper_and_carbon_follow_the_formula(long sheets, long unknown, long impressions, long large, double kilograms, double carbon)
    {
        PaperEstimate estimate = PaperEstimate.Of(sheets, unknown, impressions, large, new EstimateOptions());
        Assert.That((estimate.Kilograms, estimate.Carbon), Is.EqualTo(((decimal)kilograms, (decimal)carbon)));
        Assert.That(estimate.Formula(System.Globalization.CultureInfo.InvariantCulture), Does.Contain("× 5 g").And.Contain("CO₂e"));
    }
}
