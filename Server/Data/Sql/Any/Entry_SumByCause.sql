-- What the entries of a span of time come to by device, epoch, counter, owner or not, and cause. Parameters: orgId, from, to, deviceId (null: all).
-- Rows: device_id, epoch, counter, cause, owned, delta. Index: entry_time.
select device_id, epoch, counter, cause, case when person_id is null and session_id is null then 0 else 1 end as owned, sum(delta) as delta
from entry
where at >= @from and at < @to and org_id = @orgId and (cast(@deviceId as bigint) is null or device_id = @deviceId)
group by 1, 2, 3, 4, 5
