-- Devices with how they stand today. Parameters: orgId, whole (1: all) or sites, deviceId (null: all). Rows: CoverageDevice. Index: unique (org_id, name_folded), terminal_device.
select d.id, d.name, k.unreachable_since, (select count(*) from terminal t where t.device_id = d.id and t.revoked_at is null) as terminals
from device d
left join device_poll k on k.device_id = d.id
where d.org_id = @orgId and d.deleted_at is null and (@whole = 1 or d.site = any(@sites)) and (cast(@deviceId as bigint) is null or d.id = @deviceId)
order by d.name_folded
