using System.Data.Common;
using System.Runtime.InteropServices;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Journal;
using Dapper;

namespace CopyTrack.Server.Reports.Packs;

/// <summary>
/// Packs the days of the roll-up by day that are over (<see cref="UsageBlock"/>), each in a transaction of its own, from the first day of an organisation onwards; and anew those that
/// something was added to late. A day is packed two hours after its end at the earliest: whoever adds something more than an hour after its time marks the day in the same transaction.
/// </summary>
internal sealed class UsagePacker(IDatabase database, ReportOptions options, TimeProvider time)
{
    /// <summary>Kind of packs that hold every row of a day.</summary>
    public const int Rows = 0;

    /// <summary>Kind of packs that hold a day's sums by function, cause and whether they belong to somebody, who is person 1 there.</summary>
    public const int Totals = 1;

    /// <summary>Kind of packs that hold the sums of a month that is over by hour, function, cause and whether they belong to somebody; project stands for the hour, the day for the month.</summary>
    public const int Hours = 2;

    private const int MostLate = 200;

    private static readonly TimeSpan s_rest = TimeSpan.FromHours(2);

    /// <summary>Packs what is due, at most so many days, and returns how many it packed. Rests after each of them as long as <paramref name="pause"/> says.</summary>
    public async Task<int> RunAsync(int most, Func<TimeSpan, CancellationToken, Task> pause, CancellationToken cancellationToken)
    {
        int over = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow() - s_rest, options.TimeZone).DateTime).DayNumber - 1, made = 0;
        foreach (DueOrg org in await database.ReadAsync((connection, ct) => connection.QueryAsync<DueOrg>(new CommandDefinition(database.Sql["UsagePack_Due"], cancellationToken: ct)), cancellationToken))
        {
            for (int day = org.Packed + 1 ?? org.First ?? int.MaxValue; day <= over && made < most; day++, made++)
            {
                await PackAsync(org.OrgId, day, over, pause, cancellationToken);
            }
        }

        foreach (LateDay late in await database.ReadAsync((connection, ct) => connection.QueryAsync<LateDay>(
            new CommandDefinition(database.Sql["UsageLate_Days"], new { last = over, count = MostLate }, cancellationToken: ct)), cancellationToken))
        {
            if (made >= most)
            {
                break;
            }

            await PackAsync(late.OrgId, late.Day, over, pause, cancellationToken);
            made++;
        }

        return made;
    }

    private async Task PackAsync(long orgId, int day, int over, Func<TimeSpan, CancellationToken, Task> pause, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        await database.WriteAsync(
            async (connection, ct) =>
            {
                await connection.ExecuteAsync(Command("UsagePack_Lock", null, ct));
                // Before the rows: what is added after them keeps its mark, whose version is another one.
                LateMark[] late = [.. await connection.QueryAsync<LateMark>(Command("UsageLate_OfDay", new { orgId, day }, ct))];
                (List<byte[]> rows, List<byte[]> totals) = await PacksAsync(connection, orgId, day, ct);
                await KeepAsync(connection, orgId, Rows, day, rows, ct);
                await KeepAsync(connection, orgId, Totals, day, totals, ct);
                DateOnly date = DateOnly.FromDayNumber(day);
                if (date.AddMonths(1).AddDays(-date.Day).DayNumber <= over)
                {
                    int month = ChangeSet.MonthOf(date);
                    await KeepAsync(connection, orgId, Hours, month, await HoursAsync(connection, orgId, month, ct), ct);
                }

                await connection.ExecuteAsync(Command("UsagePack_Version", new { orgId, day }, ct));
                foreach (LateMark mark in late)
                {
                    await connection.ExecuteAsync(Command("UsageLate_Drop", new { orgId, day, deviceId = mark.DeviceId, version = mark.Version }, ct));
                }

                return 0;
            },
            cancellationToken);
        await pause(time.GetElapsedTime(began), cancellationToken);
    }

    private async Task<(List<byte[]> Rows, List<byte[]> Totals)> PacksAsync(DbConnection connection, long orgId, int day, CancellationToken cancellationToken)
    {
        List<byte[]> packs = [];
        Dictionary<(long Owned, long Function, long Cause), long[]> totals = [];
        using UsageBlock block = new();
        await using (DbDataReader rows = await connection.ExecuteReaderAsync(Command("Usage_Rows", new { orgId, first = day, last = day }, cancellationToken)))
        {
            while (await rows.ReadAsync(cancellationToken))
            {
                if (!block.HasRoom)
                {
                    Close();
                }

                block.Add(rows);
            }
        }

        Close();
        foreach (((long owned, long function, long cause), long[] sums) in totals)
        {
            block.Add([owned, 0, 0, function, cause, .. sums]);
        }

        return (packs, [block.ToPack()]);

        void Close()
        {
            if (block.Count == 0 && packs.Count > 0)
            {
                return;
            }

            packs.Add(block.ToPack());
            for (int i = 0; i < block.Count; i++)
            {
                var key = (block.Column(UsageBlock.Person)[i] == 0 ? 0L : 1, block.Column(UsageBlock.Function)[i], block.Column(UsageBlock.Cause)[i]);
                ref long[]? sums = ref CollectionsMarshal.GetValueRefOrAddDefault(totals, key, out _);
                sums ??= new long[UsageBlock.Sums];
                for (int c = 0; c < UsageBlock.Sums; c++)
                {
                    sums[c] += block.Column(UsageBlock.Keys + c)[i];
                }
            }

            block.Clear();
        }
    }

    private async Task<List<byte[]>> HoursAsync(DbConnection connection, long orgId, int month, CancellationToken cancellationToken)
    {
        using UsageBlock block = new();
        await using DbDataReader rows = await connection.ExecuteReaderAsync(Command("Usage_HoursOfMonth", new { orgId, month }, cancellationToken));
        List<byte[]> packs = [];
        while (await rows.ReadAsync(cancellationToken))
        {
            if (!block.HasRoom)
            {
                packs.Add(block.ToPack());
                block.Clear();
            }

            block.Add(rows);
        }

        return [.. packs, block.ToPack()];
    }

    private async Task KeepAsync(DbConnection connection, long orgId, int kind, int day, List<byte[]> packs, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(Command("UsagePack_Drop", new { orgId, kind, day }, cancellationToken));
        for (int part = 0; part < packs.Count; part++)
        {
            await connection.ExecuteAsync(Command("UsagePack_Put", new { orgId, kind, day, part, content = packs[part] }, cancellationToken));
        }
    }

    private CommandDefinition Command(string name, object? parameters, CancellationToken cancellationToken) => new(database.Sql[name], parameters, cancellationToken: cancellationToken);

    private sealed record DueOrg
    {
        public long OrgId { get; init; }
        public int? Packed { get; init; }
        public int? First { get; init; }
    }

    private sealed record LateDay
    {
        public long OrgId { get; init; }
        public int Day { get; init; }
    }

    private sealed record LateMark
    {
        public long DeviceId { get; init; }
        public long Version { get; init; }
    }
}
