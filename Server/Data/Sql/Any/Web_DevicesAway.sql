-- Devices that do not answer, those that began last first. Parameters: orgId, limit. Rows: AwayDevice. Index: device_poll_away.
select d.name, d.site, k.unreachable_since as since
from device_poll k
join device d on d.id = k.device_id
where k.unreachable_since is not null and d.org_id = @orgId and d.deleted_at is null
order by k.unreachable_since desc
limit @limit
