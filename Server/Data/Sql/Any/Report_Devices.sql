-- Devices of a report. Parameters: orgId, deviceId, whole (1: all) or sites (what the asker may see), ofSite (empty: none; null: all). Rows: id, name, location, site. Index: unique (org_id, name_folded).
select id, name, location, site from device
where org_id = @orgId and (cast(@deviceId as bigint) is null or id = @deviceId) and (@whole = 1 or site = any(@sites)) and (cast(@ofSite as text) is null or coalesce(site, '') = @ofSite)
order by name_folded
