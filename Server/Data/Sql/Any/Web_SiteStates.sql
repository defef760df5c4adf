-- Devices and terminals by site: how many there are, are not reached, stand still by what they say of themselves, are in use, are connected, and alerts that go on there. Each is counted by itself, so that what is
-- rare costs little. Parameters: orgId. Rows: SiteState. Index: device_site (counted without looking at the devices), device_poll_away, device_inventory_trouble, alert_device, session_open; one pass over the terminals.
select coalesce(c.site, '') as site, cast(sum(c.devices) as bigint) as devices, cast(sum(c.away) as bigint) as away, cast(sum(c.in_error) as bigint) as in_error, cast(sum(c.alerts) as bigint) as alerts,
       cast(sum(c.in_use) as bigint) as in_use, cast(sum(c.terminals) as bigint) as terminals, cast(sum(c.connected) as bigint) as connected
from (
    select site, count(*) as devices, 0 as away, 0 as in_error, 0 as alerts, 0 as in_use, 0 as terminals, 0 as connected
    from device
    where org_id = @orgId and deleted_at is null
    group by site
    union all
    select d.site, 0, count(*), 0, 0, 0, 0, 0
    from device_poll k
    cross join device d
    where k.unreachable_since is not null and d.id = k.device_id and d.org_id = @orgId and d.deleted_at is null
    group by d.site
    union all
    select d.site, 0, 0, count(*), 0, 0, 0, 0
    from device_inventory i
    cross join device d
    left join device_poll k on k.device_id = d.id
    where i.trouble is not null and k.unreachable_since is null and d.id = i.device_id and d.org_id = @orgId and d.deleted_at is null
    group by d.site
    union all
    select d.site, 0, 0, 0, count(*), 0, 0, 0
    from alert a
    cross join device d
    where a.state in (0, 1, 2) and a.state = 1 and d.id = a.device_id and d.org_id = @orgId and d.deleted_at is null
    group by d.site
    union all
    select d.site, 0, 0, 0, 0, count(*), 0, 0
    from session s
    cross join device d
    where s.state in (0, 1, 2) and d.id = s.device_id and d.org_id = @orgId and d.deleted_at is null
    group by d.site
    union all
    select d.site, 0, 0, 0, 0, 0, count(*), sum(case when t.connected_node is null then 0 else 1 end)
    from terminal t
    cross join device d
    where t.revoked_at is null and d.id = t.device_id and d.org_id = @orgId and d.deleted_at is null
    group by d.site
) c
group by coalesce(c.site, '')
order by coalesce(c.site, '')
