using System.Collections.Immutable;
using CopyTrack.Accounting.Ledger;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Sessions;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.Repositories;
using Dapper;

namespace CopyTrack.Server.Tests.Data;

/// <summary>Rows that tests put into a database.</summary>
internal static class TestRows
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static async Task<long> AddDeviceAsync(this IDatabase database, IdGenerator ids, long orgId = 1)
    {
        var id = ids.Next();
        await database.WriteAsync(
            async (connection, ct) =>
            {
                await connection.ExecuteAsync(
                    "insert into device (id, org_id, name, name_folded, address, created_at, updated_at) values (@id, @orgId, @name, @name, '127.0.0.1', 0, 0)",
                    new { id, orgId, name = $"device {id}" });
                await DeviceRows.AddAsync(database, connection, orgId, id, monitored: true, ct);
                return 0;
            },
            default);
        return id;
    }

    public static Task<long> CountAsync(this IDatabase database, string sql, object? parameters = null) =>
        database.ReadAsync((connection, _) => connection.ExecuteScalarAsync<long>(sql, parameters), default);

    public static SessionRecord Session(long id, long deviceId, SessionState state, long personId = 7) => new()
    {
        Id = id, DeviceId = deviceId, TerminalId = "t1", PersonId = personId, State = state, Method = "card", Functions = "copy;scan",
        OpenedAt = Now, LastActivityAt = Now,
    };

    public static BaseCounterSet Counters { get; } = new()
    {
        Profile = "test", ProfileVersion = 1,
        Counters =
        [
            new BaseCounter
            {
                Index = 0, Role = CounterRole.Part, Modulus = 1L << 32, Oids = ["1.3.6.1.2.1.43.10.2.1.4.1.1"],
                Key = new CounterKey(PageFunction.Copy, PageColor.Mono, PageSize.Any, PageSides.Any, CounterUnit.Impressions),
            },
        ],
    };

    /// <summary>The change of a settled session: its row, a reading, three entries and the roll-ups of two functions.</summary>
    public static DeviceChange Settle(DeviceState state, SessionRecord session, long seq, DateTimeOffset at)
    {
        var day = DateOnly.FromDateTime(at.UtcDateTime);
        var counts = new PageCounts(3, 2, 1, 0, 3, 0, 0, 3, 0, 0, 0, 0, 1500);
        return new DeviceChange
        {
            State = state with { ReadingSeq = seq, EntrySeq = seq * 3 },
            Sessions = [session with { State = SessionState.Settled, EndedAt = at, SettledAt = at }],
            Readings = [new ReadingRecord(state.DeviceId, seq, 1, ReadingStatus.Border, ReadingTrigger.Settle, at, at, 1, 100, 1, "S1", [seq * 3, null, 0])],
            Entries =
            [
                .. Enumerable.Range(0, 3).Select(i => new EntryRecord(
                    state.DeviceId, (seq * 3) + i, 1, seq, i, 1, at, at, session.Id, session.PersonId, null, Cause.None, Confidence.Exact, EntrySource.Meter, null, null)),
            ],
            Usage =
            [
                new UsageRecord(day, state.DeviceId, session.PersonId, null, PageFunction.Copy, Cause.None, 1, counts),
                new UsageRecord(day, state.DeviceId, session.PersonId, null, PageFunction.Scan, Cause.None, 1, counts),
            ],
        };
    }
}
