-- How many sessions of a span of time are not sure, by device. Parameters: orgId, from, to, deviceId (null: all). Rows: CoverageSessions. Index: session_time.
select s.device_id, count(*) as sessions, cast(sum(s.inferred) as bigint) as inferred
from session s
where s.opened_at >= @from and s.opened_at < @to and s.org_id = @orgId and s.state = 4 and (cast(@deviceId as bigint) is null or s.device_id = @deviceId)
group by s.device_id
