-- How many sessions of a span of time are settled, and how many of them are not sure, by device. Parameters: orgId, from, to, deviceId (null: all). Rows: CoverageSessions.
-- Index: session_device (counted without looking at the rows), session_live for those that are not settled yet, session_inferred.
select d.id as device_id,
       (select count(*) from session s where s.device_id = d.id and s.opened_at >= @from and s.opened_at < @to) - coalesce(l.live, 0) as sessions, coalesce(i.inferred, 0) as inferred
from device d
left join (select s.device_id, count(*) as live from session s where s.state in (0, 1, 2, 3) and s.opened_at >= @from and s.opened_at < @to group by s.device_id) l on l.device_id = d.id
left join (select s.device_id, count(*) as inferred from session s where s.inferred = 1 and s.state = 4 and s.opened_at >= @from and s.opened_at < @to group by s.device_id) i on i.device_id = d.id
where d.org_id = @orgId and (cast(@deviceId as bigint) is null or d.id = @deviceId)
