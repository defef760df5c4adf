using System.Data.Common;
using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace CopyTrack.Integration.Office;

/// <summary>An alert as the server told it.</summary>
internal sealed record OfficeAlert(long Id, string? Device, string Payload);

/// <summary>A session as the server kept it.</summary>
internal sealed record KeptSession(string Id, string Device, string User, DateTimeOffset OpenedAt, DateTimeOffset? EndedAt, DateTimeOffset? SettledAt, int EndReason, string? InferredReason);

/// <summary>Looks at the data beside the server, for what no report tells and for finding out what went wrong. Reads only.</summary>
internal sealed class OfficeDatabase(string? postgres, string directory)
{
    /// <summary>Devices that have a first reading.</summary>
    public Task<long> MeteredDevicesAsync() => ScalarAsync("select count(distinct device_id) from reading where status = 0");

    /// <summary>Sessions that are not settled.</summary>
    public Task<long> UnsettledAsync() => ScalarAsync("select count(*) from session where state < 4");

    /// <summary>True when the device has no session that is open or settling.</summary>
    public async Task<bool> IsFreeAsync(string device) =>
        await ScalarAsync($"select count(*) from session s join device d on d.id = s.device_id where s.state < 4 and d.name = '{device}'") == 0;

    /// <summary>Alerts told after this one.</summary>
    public async Task<List<OfficeAlert>> AlertsAsync(long after)
    {
        await using var connection = await OpenAsync();
        return [.. (await connection.QueryAsync(
            $"select o.id as id, d.name as device, o.payload as payload from outbox o left join device d on d.id = o.device_id where o.topic = 'alert' and o.id > {after} order by o.id"))
            .Select(r => new OfficeAlert((long)r.id, (string?)r.device, (string)r.payload))];
    }

    /// <summary>All sessions.</summary>
    public async Task<List<KeptSession>> SessionsAsync()
    {
        await using var connection = await OpenAsync();
        return [.. (await connection.QueryAsync(
            "select s.id as id, d.name as device, p.user_name as person, s.opened_at as opened, s.ended_at as ended, s.settled_at as settled, s.end_reason as reason, s.inferred_reason as why "
            + "from session s join device d on d.id = s.device_id join person p on p.id = s.person_id order by s.device_id, s.opened_at"))
            .Select(r => new KeptSession(
                ((long)r.id).ToString(CultureInfo.InvariantCulture), (string)r.device, (string)r.person, Time((long)r.opened)!.Value, Time((long?)r.ended), Time((long?)r.settled),
                Convert.ToInt32((object)r.reason, CultureInfo.InvariantCulture), (string?)r.why))];
    }

    private static DateTimeOffset? Time(long? microseconds) => microseconds is { } m ? DateTimeOffset.UnixEpoch.AddTicks(m * 10) : null;

    private async Task<long> ScalarAsync(string sql)
    {
        await using var connection = await OpenAsync();
        return await connection.ExecuteScalarAsync<long>(sql);
    }

    private async Task<DbConnection> OpenAsync()
    {
        DbConnection connection = postgres is null
            ? new SqliteConnection($"Data Source={Path.Combine(directory, "copytrack.db")};Mode=ReadOnly")
            : new NpgsqlConnection(postgres);
        await connection.OpenAsync();
        return connection;
    }
}
