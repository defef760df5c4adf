using System.Globalization;
using CopyTrack.Accounting.Inventory;
using CopyTrack.Accounting.Meters;
using CopyTrack.Accounting.Profiles;
using CopyTrack.Server.Data;
using CopyTrack.Server.Data.PostgreSql;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;

namespace CopyTrack.Benchmarks.Storage;

/// <summary>
/// Fills the database of a manager of a large fleet: <c>fleet-lists sqlite DIRECTORY</c> or <c>fleet-lists postgres CONNECTION [--quick]</c>. 20 dealers with 400 customers, 2,000 sites with an agent each, 200,000
/// devices with reports, readings of two months, levels of a week, and 20,000 alerts, ending now. One device in fifty had its board swapped.
/// </summary>
internal static class FleetFill
{
    private const int DevicesOfAgent = 100, Readings = 10, Supplies = 4, Days = 7;
    private const long Day = 86_400_000_000;

    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not [var provider, var where, ..])
        {
            return 2;
        }

        DapperTypes.Register();
        var agents = args.Contains("--quick") ? 20 : 2_000;
        var devices = agents * DevicesOfAgent;
        var now = DateTimeOffset.UtcNow;
        var at = now.ToMicros();
        var options = provider == "sqlite" ? new DataOptions { Directory = where } : new DataOptions { Provider = provider, ConnectionString = where };
        await using var database = DataServices.Open(options, NullLogger.Instance);
        for (var ago = 2; ago >= 0; ago--)
        {
            await Partitions.EnsureAsync(database, now.AddMonths(-ago), 0, default);
        }

        await AddAsync($"{Numbers(1, 20)} insert into fleet_node (id, org_id, kind, name, name_folded, created_at) select i, 1, 'dealer', 'Dealer ' || i, 'dealer ' || i, 0 from n");
        await AddAsync($"{Numbers(1, 400)} insert into fleet_node (id, org_id, parent_id, customer_id, kind, name, name_folded, created_at) select 1000 + i, 1, 1 + i % 20, 1000 + i, 'customer', 'Customer ' || i, 'customer ' || i, 0 from n");
        await AddAsync($"{Numbers(1, agents)} insert into fleet_node (id, org_id, parent_id, customer_id, kind, name, name_folded, created_at) select 10000 + i, 1, 1001 + i % 400, 1001 + i % 400, 'site', 'Site ' || i, 'site ' || i, 0 from n");
        await AddAsync($"""
            {Numbers(1, agents)} insert into fleet_agent (id, org_id, node_id, name, name_folded, public_key, enrolled_at, program, address, last_seen_at, last_new_at, created_at)
            select i, 1, 10000 + i, 'agent ' || i, 'agent ' || i, {(provider == "sqlite" ? "x'01'" : "'\\x01'::bytea")}, {at - (90 * Day)}, '1.0.0', '192.0.2.9', {at}, case when i % 40 = 0 then {at - Day} else {at} end, 0 from n
            """);
        await AddAsync($"""
            {Numbers(1, devices)} insert into device (id, org_id, name, name_folded, address, location, site, inventory_seconds, created_at, updated_at)
            select i, 1, 'TASKalfa 4054ci SN' || (100000000 + (i * 7919) % 99999989), 'taskalfa 4054ci sn' || (100000000 + (i * 7919) % 99999989), 'metered.invalid', 'floor ' || (i % 9), 'Site ' || (1 + (i - 1) / 100), 0, 0, 0 from n
            """);
        await AddAsync($"insert into device_state (device_id, org_id) select id, 1 from device");
        await AddAsync($"insert into device_poll (device_id, org_id, monitored) select id, 1, 0 from device");
        await AddAsync($"""
            {Numbers(1, devices)} insert into fleet_device (agent_id, key, device_id, serial, address, first_seen_at, reading_at, inventory_at, silent_since, silent_reason)
            select 1 + (i - 1) / 100, 's-' || i, i, 'SN' || (100000000 + (i * 7919) % 99999989), '10.' || (i / 62500) || '.' || ((i / 250) % 250) || '.' || (1 + i % 250), {at - (90 * Day)}, {at}, {at},
                case when i % 30 = 0 then {at - Day} end, case when i % 30 = 0 then 'no answer' end from n
            """);
        await AddAsync($"insert into device_inventory (device_id, read_at, report) select device_id, {at}, replace('{Report().ToJson().Replace("'", "''", StringComparison.Ordinal)}', 'SERIAL', serial) from fleet_device");
        await AddAsync($"insert into epoch (device_id, epoch, opened_at, reason, counters) select id, 1, 0, 'first reading', '{StateDocument.Write(Set())}' from device");
        await AddAsync($"insert into epoch (device_id, epoch, opened_at, reason, counters) select id, 2, {at - (20 * Day)}, 'counters fell', '{StateDocument.Write(Set())}' from device where id % 50 = 0");
        await AddAsync($"""
            {Numbers(1, Readings)} insert into reading (device_id, seq, at, confirmed_at, token, epoch, boot, status, trigger, meters)
            select r.id, r.i, r.at, r.at, 1, 1 + r.anew, 1, 0, 0, r.pages || ',' || r.pages || ',' || (r.pages * 2)
            from (
                select k.id, k.i, k.at, k.anew, case k.anew when 1 then 100 * k.i else 10000 + k.id + 100 * k.i end as pages
                from (
                    select d.id, n.i, {at} - ({Readings} - n.i) * {6 * Day} - 3600000000 as at, case when d.id % 50 = 0 and {at} - ({Readings} - n.i) * {6 * Day} >= {at - (20 * Day)} then 1 else 0 end as anew
                    from n cross join device d) k) r
            """);
        var today = DateOnly.FromDateTime(now.UtcDateTime).DayNumber;
        await AddAsync($"{Numbers(1, Days)} insert into supply_day (device_id, kind, supply, day, percent) select d.id, 'supply', '1.' || s.i, {today - Days} + n.i, 90 - 3 * n.i - d.id % 20 from n cross join (select i from n where i <= {Supplies}) s cross join device d");
        await AddAsync($"insert into supply_now (device_id, kind, supply, name, day, percent, last_day) select device_id, kind, supply, 'toner', day, percent, {today + 20} from supply_day where day = {today}");
        var month = (now.Year * 12) + now.Month - 1;
        await AddAsync($"{Numbers(0, 2)} insert into usage_device_month (org_id, month, device_id, function, cause, jobs, impressions, mono, color, unknown_color, normal, large, unknown_size, sheets, duplex_sheets, unknown_sides, scans, faxes, cost_micros) select 1, {month} - n.i, d.id, 0, 0, 0, 500, 250, 250, 0, 500, 0, 0, 500, 0, 0, 0, 0, 0 from n cross join device d");
        await AddAsync($"""
            {Numbers(1, devices / 10)} insert into alert (id, org_id, rule_id, rule_name, kind, severity, thing, device_id, agent_id, node_id, site, subject, detail, state, since, seen_at, raised_at)
            select i, 1, 1, 'toner', 0, i % 2, 'd' || i, i * 10, 1 + (i * 10 - 1) / 100, 10001 + (i * 10 - 1) / 100, 'Site ' || (1 + (i * 10 - 1) / 100), 'TASKalfa 4054ci SN' || i, '{"{}"}', case when i % 4 = 0 then 1 else 3 end, {at - Day}, {at}, {at - Day} + i from n
            """);
        await LedgerSeed.SettleAsync(database);
        return 0;

        Task AddAsync(FormattableString sql) => database.WriteAsync((connection, _) => connection.ExecuteAsync(sql.ToString(CultureInfo.InvariantCulture), commandTimeout: 0), default);
    }

    private static ProbeReport Report() => new()
    {
        Identity = new DeviceIdentity("Kyocera", "TASKalfa 4054ci", "SERIAL", "printer", null, "1.3.6.1.4.1.1347.41", "KYOCERA Document Solutions Printing System", "2nd floor", "2V7_S000.002.107"),
        Status = new DeviceStatus("running", "idle", [], "ready"), Profile = "kyocera",
        Supplies = [.. Enumerable.Range(1, Supplies).Select(i => new Supply($"1.{i}", $"TK-8545 {i}", "toner", i == 1 ? "black" : "cyan", 40, "exact", 100, "percent", 40))],
        Trays = [.. Enumerable.Range(1, 3).Select(i => new Tray($"1.{i}", $"Cassette {i}", "Plain", 250, "exact", 500, "sheets", "ready"))],
    };

    private static BaseCounterSet Set() => new()
    {
        Profile = "kyocera", ProfileVersion = 1,
        Counters = [Counter(0, PageFunction.Copy, PageColor.Mono, CounterUnit.Impressions), Counter(1, PageFunction.Print, PageColor.Color, CounterUnit.Impressions), Counter(2, PageFunction.Scan, PageColor.Any, CounterUnit.Scans)],
    };

    private static BaseCounter Counter(int index, PageFunction function, PageColor color, CounterUnit unit) =>
        new() { Index = index, Role = CounterRole.Part, Modulus = 1L << 32, Oids = [], Key = new CounterKey(function, color, PageSize.Any, PageSides.Any, unit) };

    private static string Numbers(long from, long to) => string.Create(CultureInfo.InvariantCulture, $"with recursive n(i) as (select cast({from} as bigint) union all select i + 1 from n where i < {to})");
}
