-- All epochs of the devices of a report. Parameters: orgId, deviceId, whole (1: all) or sites (what the asker may see), ofSite (empty: none; null: all). Rows: EpochRow, by their places. Index: primary key of epoch, for each device.
select e.device_id, e.epoch, e.opened_at, e.reason, e.serial, e.counters
from device d
join epoch e on e.device_id = d.id
where d.org_id = @orgId and (cast(@deviceId as bigint) is null or d.id = @deviceId) and (@whole = 1 or d.site = any(@sites)) and (cast(@ofSite as text) is null or coalesce(d.site, '') = @ofSite)
order by e.device_id, e.epoch
