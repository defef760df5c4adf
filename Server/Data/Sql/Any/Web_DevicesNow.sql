-- What holds of devices now, a row for each thing, so that devices of which nothing holds cost nothing: 0 not reached since (figure), 1 what stops it (said), 2 alerts that go on (figure), 3 a terminal is away,
-- 4 who is at it (said; figure the state of the session): the open session, else the one that settles. Parameters: orgId. Rows: as DeviceView.Take has them. Index: device_inventory_trouble, alert_device, session_live, device_poll_away; one pass over the terminals.
select k.device_id, 0 as kind, cast(k.unreachable_since as bigint) as figure, cast(null as text) as said
from device_poll k
where k.org_id = @orgId and k.unreachable_since is not null
union all
select i.device_id, 1, cast(null as bigint), i.trouble
from device_inventory i
where i.trouble is not null
union all
select a.device_id, 2, count(*), null
from alert a
where a.state in (0, 1, 2) and a.state = 1 and a.device_id is not null
group by a.device_id
union all
select t.device_id, 3, null, null
from terminal t
where t.org_id = @orgId and t.revoked_at is null and t.connected_node is null
group by t.device_id
union all
select s.device_id, 4, cast(s.state as bigint), p.user_name
from (
    select device_id, state, person_id, row_number() over (partition by device_id order by case when state = 3 then 1 else 0 end, id desc) as place
    from session
    where state in (0, 1, 2, 3)
) s
left join person p on p.id = s.person_id
where s.place = 1
