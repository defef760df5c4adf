-- Devices with whether they are reached and who is at them: the open session, else the one that settles. Parameters: orgId. Rows: DeviceView. Index: unique (org_id, name_folded), session_live.
select d.name, d.address, d.location, d.site, d.profile, k.unreachable_since, s.state as session_state, p.user_name as "user"
from device d
left join device_poll k on k.device_id = d.id
left join session s on s.id = (select l.id from session l where l.state in (0, 1, 2, 3) and l.device_id = d.id order by case when l.state = 3 then 1 else 0 end, l.id desc limit 1)
left join person p on p.id = s.person_id
where d.org_id = @orgId and d.deleted_at is null
order by d.name_folded
