using System.Collections.Immutable;
using System.Globalization;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Web.Overview;

/// <summary>Figures that need sums over days: pages by day with what is usual, and how much belongs to someone.</summary>
internal sealed record OverviewNumbers
{
    /// <summary>Pages of each of the last 14 days with today as the last.</summary>
    public required ImmutableArray<(DateOnly Day, long Pages, double? Usual)> Days { get; init; }

    /// <summary>Pages of this month, and of them those that belong to someone and those lost.</summary>
    public required long Month { get; init; }

    public required long Attributed { get; init; }

    public required long Lost { get; init; }

    /// <summary>Toner, drums and the like that will be used up soon, soonest first, the first of them.</summary>
    public required IReadOnlyList<SupplyEnd> Supplies { get; init; }

    /// <summary>Trays in the same way.</summary>
    public required IReadOnlyList<SupplyEnd> Trays { get; init; }

    /// <summary>What a day like today brings: the middle of the same weekday in the four weeks before; null without them.</summary>
    public double? Usual => Days[^1].Usual;

    public long Today => Days[^1].Pages;
}

/// <summary>
/// Keeps the figures of the overview and renews them beside the requests, so that only the first visitor after a start waits for sums over a large ledger. Today is half a
/// minute old at most, what needs sums over many days ten minutes.
/// </summary>
internal sealed class OverviewFigures(UsageReader usage, CoverageReader coverage, OverviewQueries queries, ReportOptions options, TimeProvider time, ILogger<OverviewFigures> logger)
{
    private const int Shown = 14, Weeks = 4, MostEnds = 6;

    private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SlowLasts = TimeSpan.FromMinutes(10);
    private static readonly UsageSplit s_byDay = new(false, false, false, false, Day: true, false, false);

    private readonly Lock _gate = new();
    private OverviewNumbers? _last;
    private Slow? _slow;
    private DateTimeOffset _at;
    private Task<OverviewNumbers>? _running;

    /// <summary>The figures; the first time they are waited for.</summary>
    public async Task<OverviewNumbers> GetAsync(CancellationToken cancellationToken)
    {
        Task<OverviewNumbers>? running;
        lock (_gate)
        {
            if (_last is not null && time.GetUtcNow() - _at < Lasts)
            {
                return _last;
            }

            if (_running is null or { IsCompleted: true })
            {
                _running = Task.Run(RenewAsync, CancellationToken.None);
            }

            running = _running;
            if (_last is not null)
            {
                return _last;
            }
        }

        return await running.WaitAsync(cancellationToken);
    }

    /// <summary>The middle of the pages on the same weekday in the weeks before; null when none of them had a page.</summary>
    public static double? UsualOf(DateOnly day, IReadOnlyDictionary<DateOnly, long> pages)
    {
        long[] before = [.. Enumerable.Range(1, Weeks).Select(w => pages.GetValueOrDefault(day.AddDays(-7 * w))).Order()];
        return before[^1] == 0 ? null : (before[1] + before[2]) / 2.0;
    }

    private async Task<OverviewNumbers> RenewAsync()
    {
        try
        {
            DateTimeOffset now = time.GetUtcNow();
            DateOnly today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, options.TimeZone).DateTime);
            if (_slow is not { } slow || slow.Today != today || now - slow.At >= SlowLasts)
            {
                slow = await SlowAsync(today, now);
            }

            Dictionary<DateOnly, long> pages = new(slow.Past) { [today] = (await PagesAsync(today, today, now)).GetValueOrDefault(today) };
            OverviewNumbers numbers = slow.Numbers with { Days = [.. Enumerable.Range(0, Shown).Select(i => today.AddDays(i - Shown + 1)).Select(d => (d, pages.GetValueOrDefault(d), UsualOf(d, pages)))] };
            lock (_gate)
            {
                (_last, _slow, _at) = (numbers, slow, now);
            }

            return numbers;
        }
        catch (Exception e) when (_last is not null)
        {
            // The older figures stay; the next visitor tries again.
            logger.FiguresStayed(e);
            return _last;
        }
    }

    private async Task<Slow> SlowAsync(DateOnly today, DateTimeOffset now)
    {
        Dictionary<DateOnly, long> past = await PagesAsync(today.AddDays(-(Shown + (Weeks * 7))), today.AddDays(-1), now);
        IReadOnlyList<DeviceFacts> devices = await coverage.DevicesAsync(ReportPeriod.ThisMonth(options.TimeZone, now), ReportScope.Everything, CancellationToken.None);
        DateOnly utc = DateOnly.FromDateTime(now.UtcDateTime);
        return new Slow(today, now, past, new OverviewNumbers
        {
            Days = [], Month = devices.Sum(d => d.Pages), Attributed = devices.Sum(d => d.Attributed), Lost = devices.Sum(d => d.Lost),
            Supplies = await queries.SuppliesAsync(SupplyTrend.SupplyKind, utc, MostEnds, CancellationToken.None),
            Trays = await queries.SuppliesAsync(SupplyTrend.TrayKind, utc, MostEnds, CancellationToken.None),
        });
    }

    private async Task<Dictionary<DateOnly, long>> PagesAsync(DateOnly first, DateOnly last, DateTimeOffset now)
    {
        ReportPeriod days = ReportPeriod.TryParse(Text(first), Text(last), options.TimeZone, now, out _)!;
        List<UsageSum> sums = await usage.ReadAsync(days, ReportScope.Everything, new ReportFilter(), s_byDay, null, CancellationToken.None);
        return sums.GroupBy(s => DateOnly.FromDayNumber(s.Day)).ToDictionary(g => g.Key, g => g.Sum(s => s.Impressions));
    }

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private sealed record Slow(DateOnly Today, DateTimeOffset At, Dictionary<DateOnly, long> Past, OverviewNumbers Numbers);
}
