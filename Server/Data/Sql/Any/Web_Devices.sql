-- Devices with whether they are reached, what stops them, alerts that go on, terminals, and who is at them: the open session, else the one that settles. Parameters: orgId. Rows: DeviceView.
-- Index: unique (org_id, name_folded), device_inventory_trouble, alert_device, session_live.
select d.name, d.address, d.location, d.site, d.profile, k.unreachable_since, i.trouble, coalesce(a.alerts, 0) as alerts, coalesce(a.severity, 0) as severity, coalesce(t.terminals, 0) as terminals, coalesce(t.connected, 0) as connected,
       s.state as session_state, p.user_name as "user"
from device d
left join device_poll k on k.device_id = d.id
left join (select device_id, trouble from device_inventory where trouble is not null) i on i.device_id = d.id
left join (select device_id, count(*) as alerts, max(severity) as severity from alert where state in (0, 1, 2) and state = 1 and device_id is not null group by device_id) a on a.device_id = d.id
left join (select device_id, count(*) as terminals, sum(case when connected_node is null then 0 else 1 end) as connected from terminal where revoked_at is null group by device_id) t on t.device_id = d.id
left join session s on s.id = (select l.id from session l where l.state in (0, 1, 2, 3) and l.device_id = d.id order by case when l.state = 3 then 1 else 0 end, l.id desc limit 1)
left join person p on p.id = s.person_id
where d.org_id = @orgId and d.deleted_at is null
order by d.name_folded
