-- Devices and terminals by site: how many there are, are not reached, stand still by what they say of themselves, are in use, are connected, and alerts that go on there. Parameters: orgId. Rows: SiteState.
-- Index: one pass over the devices; device_inventory_trouble, alert_device, session_live.
select coalesce(d.site, '') as site, count(*) as devices, sum(case when k.unreachable_since is not null then 1 else 0 end) as away,
       sum(case when k.unreachable_since is null and i.device_id is not null then 1 else 0 end) as in_error, cast(sum(coalesce(a.alerts, 0)) as bigint) as alerts, cast(sum(coalesce(s.live, 0)) as bigint) as in_use,
       cast(sum(coalesce(t.terminals, 0)) as bigint) as terminals, cast(sum(coalesce(t.connected, 0)) as bigint) as connected
from device d
left join device_poll k on k.device_id = d.id
left join (select device_id from device_inventory where trouble is not null) i on i.device_id = d.id
left join (select device_id, count(*) as alerts from alert where state in (0, 1, 2) and state = 1 and device_id is not null group by device_id) a on a.device_id = d.id
left join (select device_id, 1 as live from session where state in (0, 1, 2) group by device_id) s on s.device_id = d.id
left join (select device_id, count(*) as terminals, sum(case when connected_node is null then 0 else 1 end) as connected from terminal where revoked_at is null group by device_id) t on t.device_id = d.id
where d.org_id = @orgId and d.deleted_at is null
group by coalesce(d.site, '')
order by coalesce(d.site, '')
