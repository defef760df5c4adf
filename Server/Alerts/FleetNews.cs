using CopyTrack.Server.Data.Fleet;
using CopyTrack.Server.Fleet;
using CopyTrack.Server.Reports;

namespace CopyTrack.Server.Alerts;

/// <summary>Looks every few minutes what other systems are told of the fleet without any rule.</summary>
internal sealed class FleetNews(FleetTurns turns, FleetOptions fleet, ReportOptions reports, TimeProvider time)
{
    /// <summary>Days behind the end of a month after which missing reads are waited for no longer; as long as a read counts as late.</summary>
    private const int MostDaysLate = 3;

    private static readonly TimeSpan s_every = TimeSpan.FromMinutes(5);

    private DateTimeOffset _looked;

    /// <summary>One look, unless the last one was a moment ago; how many events came of it.</summary>
    internal async Task<int> RoundAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now - _looked < s_every)
        {
            return 0;
        }

        _looked = now;
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, reports.TimeZone).DateTime);
        var first = new DateOnly(today.Year, today.Month, 1);
        var begin = first.ToDateTime(default);
        var end = new DateTimeOffset(begin, reports.TimeZone.GetUtcOffset(begin));
        var month = (first.AddDays(-1).Year * 12) + first.AddDays(-1).Month - 1;
        return await turns.StaleAsync(now - fleet.Stale, now, cancellationToken) + await turns.ReadyAsync(month, end, today.Day > MostDaysLate, now, cancellationToken);
    }
}
