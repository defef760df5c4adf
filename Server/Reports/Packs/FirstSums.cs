using System.Collections.Immutable;
using CopyTrack.Server.Data;
using Dapper;

namespace CopyTrack.Server.Reports.Packs;

/// <summary>
/// Makes the sums that everybody asks for beside the requests, so that nobody is the first to look: this month and the last one by people, devices, causes and projects, and what these months are
/// compared with. Only for organisations whose days fill many packs; a small one is added up at once, and nothing is kept of it here.
/// </summary>
internal sealed class FirstSums(IDatabase database, PackedUsage packs, ReportOptions options, TimeProvider time)
{
    /// <summary>Days that fill more than one pack have at least so many more of them in two months where first looks are felt: some 50,000 rows.</summary>
    internal const int ManyParts = 50;

    private static readonly UsageSplit s_nothing = new(false, false, false, false, false, false, false);

    private static readonly ImmutableArray<(UsageSplit Split, bool? Owned)> s_asked =
    [
        (s_nothing with { Person = true }, true), (s_nothing with { Device = true, Cause = true }, null), (s_nothing with { Device = true }, null), (s_nothing with { Project = true }, true),
    ];

    /// <summary>Makes what is missing, and returns how many sums it made. Rests after each of them as long as <paramref name="pause"/> says.</summary>
    public async Task<int> RunAsync(Func<TimeSpan, CancellationToken, Task> pause, CancellationToken cancellationToken, int manyParts = ManyParts)
    {
        DateTimeOffset now = time.GetUtcNow();
        DateOnly today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, options.TimeZone).DateTime);
        ((DateOnly First, DateOnly Last) thisMonth, (DateOnly First, DateOnly Last) lastMonth) = (ReportSpans.Of("thisMonth", today)!.Value, ReportSpans.Of("lastMonth", today)!.Value);
        int made = 0;
        foreach (long orgId in await database.ReadAsync((connection, ct) => connection.QueryAsync<long>(new CommandDefinition(
            database.Sql["UsagePack_Large"], new { first = lastMonth.First.DayNumber, parts = manyParts }, cancellationToken: ct)), cancellationToken))
        {
            int before = made;
            foreach ((UsageSplit split, bool? owned) in s_asked)
            {
                await MakeAsync(orgId, lastMonth, split, owned);
                await MakeAsync(orgId, thisMonth, split, owned);
            }

            foreach ((DateOnly First, DateOnly Last) shown in new[] { lastMonth, thisMonth })
            {
                if (ReportSpans.Compared(ReportSpans.Between(shown.First, shown.Last, options.TimeZone), "before", options.TimeZone, now).Period.WholeDays(options.TimeZone) is { } compared)
                {
                    await MakeAsync(orgId, compared, s_asked[0].Split, s_asked[0].Owned);
                }
            }

            if (made > before)
            {
                await RestAsync((connection, ct) => PeopleAsync(connection, orgId, ct));
            }
        }

        return made;

        async Task MakeAsync(long orgId, (DateOnly First, DateOnly Last) days, UsageSplit split, bool? owned) =>
            made += await RestAsync((connection, ct) => packs.PrepareAsync(connection, days, new UsageQuestion(ReportScope.Of(orgId), new ReportFilter(), split, owned), ct)) ? 1 : 0;

        async Task<bool> PeopleAsync(System.Data.Common.DbConnection connection, long orgId, CancellationToken ct)
        {
            await packs.PreparePeopleAsync(connection, orgId, ct);
            return true;
        }

        async Task<bool> RestAsync(Func<System.Data.Common.DbConnection, CancellationToken, Task<bool>> make)
        {
            long began = time.GetTimestamp();
            bool isMade = await database.ReadAsync(make, cancellationToken);
            if (isMade)
            {
                await pause(time.GetElapsedTime(began), cancellationToken);
            }

            return isMade;
        }
    }
}
