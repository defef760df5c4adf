-- Devices with how they stand today. Parameters: orgId, site, deviceId (null: all). Rows: CoverageDevice. Index: unique (org_id, name_folded), terminal_device.
select d.id, d.name, k.unreachable_since, (select count(*) from terminal t where t.device_id = d.id and t.revoked_at is null) as terminals
from device d
left join device_poll k on k.device_id = d.id
where d.org_id = @orgId and d.deleted_at is null and (cast(@site as text) is null or d.site = @site) and (cast(@deviceId as bigint) is null or d.id = @deviceId)
order by d.name_folded
