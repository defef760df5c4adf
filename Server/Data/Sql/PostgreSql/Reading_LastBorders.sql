-- The last border of a span of time of each device of a report; a short span, so that PostgreSQL looks at one or two parts of the table and not at all. Parameters: orgId, deviceId, whole (1: all) or sites (what the asker may see), ofSite (empty: none; null: all), since, before. Rows: ReadingRow, at most one of a device, by their places.
-- Index: reading_time, for each device.
select r.device_id, r.seq, r.epoch, r.status, r.trigger, r.at, r.confirmed_at, r.boot, r.uptime, r.token, r.serial, r.meters
from device d
cross join lateral (select x.* from reading x where x.device_id = d.id and x.status = 0 and x.at >= @since and x.at < @before order by x.at desc, x.seq desc limit 1) r
where d.org_id = @orgId and (cast(@deviceId as bigint) is null or d.id = @deviceId) and (@whole = 1 or d.site = any(@sites)) and (cast(@ofSite as text) is null or coalesce(d.site, '') = @ofSite)
