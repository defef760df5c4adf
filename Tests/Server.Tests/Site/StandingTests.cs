using CopyTrack.Server.Data;
using CopyTrack.Server.Tests.Data;
using CopyTrack.Server.Tests.Reports;
using CopyTrack.Server.Web;
using CopyTrack.Server.Web.Overview;
using Dapper;
using NUnit.Framework;

namespace CopyTrack.Server.Tests.Site;

/// <summary>How devices stand, told in parts that are put together, beside one statement that joins all of it: many devices, each in a state of chance.</summary>
[TestFixture(Db.Sqlite)]
[TestFixture(Db.PostgreSql)]
internal sealed class StandingTests(Db db) : OfficeFixture(db)
{
    private const int Devices = 400, Today = 739_000;

    private const string AllJoined = """
        select d.name, d.address, d.location, d.site, k.unreachable_since, i.trouble, coalesce(a.alerts, 0) as alerts, coalesce(t.terminals, 0) as terminals, coalesce(t.connected, 0) as connected, s.state as session_state, p.user_name as "user"
        from device d
        left join device_poll k on k.device_id = d.id
        left join device_inventory i on i.device_id = d.id
        left join (select device_id, count(*) as alerts from alert where state = 1 and device_id is not null group by device_id) a on a.device_id = d.id
        left join (select device_id, count(*) as terminals, sum(case when connected_node is null then 0 else 1 end) as connected from terminal where revoked_at is null group by device_id) t on t.device_id = d.id
        left join session s on s.id = (select l.id from session l where l.state in (0, 1, 2, 3) and l.device_id = d.id order by case when l.state = 3 then 1 else 0 end, l.id desc limit 1)
        left join person p on p.id = s.person_id
        where d.org_id = 1 and d.deleted_at is null
        order by d.name_folded
        """;

    private const string SitesJoined = """
        select coalesce(d.site, '') as site, count(*) as devices, sum(case when k.unreachable_since is not null then 1 else 0 end) as away, sum(case when k.unreachable_since is null and i.device_id is not null then 1 else 0 end) as in_error,
               cast(sum(coalesce(a.alerts, 0)) as bigint) as alerts, cast(sum(coalesce(s.live, 0)) as bigint) as in_use, cast(sum(coalesce(t.terminals, 0)) as bigint) as terminals, cast(sum(coalesce(t.connected, 0)) as bigint) as connected
        from device d
        left join device_poll k on k.device_id = d.id
        left join (select device_id from device_inventory where trouble is not null) i on i.device_id = d.id
        left join (select device_id, count(*) as alerts from alert where state = 1 and device_id is not null group by device_id) a on a.device_id = d.id
        left join (select device_id, 1 as live from session where state in (0, 1, 2) group by device_id) s on s.device_id = d.id
        left join (select device_id, count(*) as terminals, sum(case when connected_node is null then 0 else 1 end) as connected from terminal where revoked_at is null group by device_id) t on t.device_id = d.id
        where d.org_id = 1 and d.deleted_at is null
        group by coalesce(d.site, '')
        order by coalesce(d.site, '')
        """;

    private const string EndsJoined = """
        select s.device, s.site, s.kind, s.supply, s.name, s.percent, s.days_left, s.of_all, case when s.name is null then (select i.report from device_inventory i where i.device_id = s.device_id) end as report
        from (select n.device_id, d.name as device, d.site, n.kind, n.supply, n.name, n.percent, case when n.percent = 0 or n.last_day < @today then 0 else n.last_day - @today end as days_left, d.name_folded, count(*) over () as of_all
              from supply_now n
              join device d on d.id = n.device_id
              where n.kind = @kind and n.day >= @since and (n.last_day <= @until or n.percent = 0 or (n.last_day is null and n.percent <= 20)) and d.org_id = 1 and d.deleted_at is null
              order by case when n.percent = 0 or n.last_day < @today then 0 else coalesce(n.last_day - @today, 1000) end, n.percent, d.name_folded, n.supply
              limit @limit) s
        order by coalesce(s.days_left, 1000), s.percent, s.name_folded, s.supply
        """;

    [OneTimeSetUp]
    public Task StandAsync() => Database.WriteAsync(async (c, _) =>
    {
        Random chance = new(4711);
        bool One(int of) => chance.Next(of) == 0;
        await c.ExecuteAsync("insert into organisation (id, name, name_folded, created_at) values (2, 'Other', 'other', 0)");
        for (long i = 1; i <= Devices; i++)
        {
            long id = 9_000_000 + i;
            string name = $"stand {chance.Next(100_000)} {i}";
            await c.ExecuteAsync("insert into device (id, org_id, name, name_folded, address, location, site, created_at, updated_at, deleted_at) values (@id, @org, @name, @name, 'x', @place, @site, 0, 0, @gone)",
                new { id, org = One(30) ? 2 : 1, name, place = One(3) ? null : $"room {i}", site = chance.Next(6) switch { 0 => null, 1 => "", var s => $"Site {s}" }, gone = One(20) ? 1L : (long?)null });
            if (!One(10))
            {
                await c.ExecuteAsync("insert into device_poll (device_id, org_id, unreachable_since) values (@id, 1, @since)", new { id, since = One(3) ? chance.NextInt64(1, 1L << 50) : (long?)null });
            }

            if (!One(4))
            {
                await c.ExecuteAsync("insert into device_inventory (device_id, read_at, report, trouble) values (@id, 0, '{}', @trouble)", new { id, trouble = One(3) ? "jammed doorOpen" : null });
            }

            for (int n = chance.Next(4); n > 0; n--)
            {
                await c.ExecuteAsync("insert into alert (id, org_id, rule_id, rule_name, kind, severity, thing, device_id, subject, detail, state, since, seen_at) values (@alert, 1, 1, 'r', 1, 1, 't' || @alert, @device, 's', '{}', @state, 0, 0)",
                    new { alert = (id * 10) + n, device = One(9) ? (long?)null : id, state = chance.Next(5) });
                await c.ExecuteAsync("insert into terminal (id, org_id, name, name_folded, device_id, connected_node, revoked_at, created_at, updated_at) values (@terminal, 1, @terminal, @terminal, @id, @node, @revoked, 0, 0)",
                    new { terminal = $"s{id}-{n}", id, node = One(3) ? null : "n1", revoked = One(5) ? 1L : (long?)null });
                await c.ExecuteAsync("""
                    insert into session (id, org_id, device_id, terminal_id, person_id, state, method, functions, project_required, opened_at, last_activity_at, end_reason, inferred)
                    values (@session, 1, @id, 't', @person, @state, 'card', 'copy', 0, @id, @id, 0, 0)
                    """, new { session = (id * 10) + n, id, person = One(4) ? 777 : One(2) ? Alice : Bob, state = n == 2 ? chance.Next(3) : 3 + chance.Next(2) });
                await c.ExecuteAsync("insert into supply_now (device_id, kind, supply, name, day, percent, last_day) values (@id, @kind, @supply, @name, @day, @percent, @last)", new
                {
                    id, kind = One(3) ? "tray" : "supply", supply = $"1.{n}", name = One(4) ? null : "toner", day = Today - chance.Next(6), percent = One(4) ? 0 : chance.Next(40), last = One(3) ? (int?)null : Today - 5 + chance.Next(40),
                });
            }
        }

        return 0;
    }, default);

    [Test]
    public async Task Devices_stand_as_one_statement_over_all_of_it_tells()
    {
        Joined[] joined = await AllAsync<Joined>(AllJoined, new { });
        Assert.That(joined, Has.Length.GreaterThan(300));
        Assert.That(joined.Select(j => (j.UnreachableSince is null, j.Trouble is null, j.Alerts, j.Connected < j.Terminals, j.SessionState)).Distinct().Count(), Is.GreaterThan(50), "the devices stand in many ways");
        Assert.That(
            (await new WebQueries(Database).DevicesAsync(default)).Select(d => (d.Name, d.Address, d.Location, d.Site, d.UnreachableSince, d.Trouble, d.Alerts, d.TerminalAway, d.SessionState, d.User)),
            Is.EqualTo(joined.Select(j => (j.Name, j.Address, j.Location, j.Site, j.UnreachableSince, j.Trouble, j.Alerts, j.Connected < j.Terminals, j.SessionState, j.User))));
    }

    [Test]
    public async Task Sites_count_what_one_statement_over_all_of_it_counts()
    {
        SiteState[] joined = await AllAsync<SiteState>(SitesJoined, new { });
        Assert.That(joined.Length, Is.GreaterThan(5));
        Assert.That(joined.Where(s => s.Away > 0 && s.InError > 0 && s.Alerts > 0 && s.InUse > 0 && s.Connected < s.Terminals).ToArray(), Has.Length.GreaterThan(4));
        Assert.That(await new OverviewQueries(Database).SitesAsync(default), Is.EqualTo(joined));
    }

    [TestCase("supply", 14, 2000)]
    [TestCase("supply", 14, 6)]
    [TestCase("tray", 2, 2000)]
    public async Task What_ends_is_what_one_pass_over_all_supplies_finds(string kind, int days, int limit)
    {
        SupplyEnd[] joined = await AllAsync<SupplyEnd>(EndsJoined, new { kind, since = Today - 3, today = Today, until = Today + days, limit });
        Assert.That(joined, Has.Length.EqualTo(Math.Min(limit, joined[0].OfAll)).And.Length.GreaterThan(5));
        Assert.That(await new OverviewQueries(Database).SuppliesAsync(kind, DateOnly.FromDayNumber(Today), limit, default), Is.EqualTo(joined));
    }

    private Task<T[]> AllAsync<T>(string sql, object parameters) => Database.ReadAsync(async (c, ct) => (await c.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: ct))).ToArray(), default);

    private sealed record Joined
    {
        public string Name { get; init; } = "";
        public string Address { get; init; } = "";
        public string? Location { get; init; }
        public string? Site { get; init; }
        public DateTimeOffset? UnreachableSince { get; init; }
        public string? Trouble { get; init; }
        public long Alerts { get; init; }
        public long Terminals { get; init; }
        public long Connected { get; init; }
        public long? SessionState { get; init; }
        public string? User { get; init; }
    }
}
