-- Devices of a report. Parameters: orgId, deviceId, site (what the asker may see), ofSite (empty: none; null: all). Rows: id, name, location, site. Index: unique (org_id, name_folded).
select id, name, location, site from device
where org_id = @orgId and (cast(@deviceId as bigint) is null or id = @deviceId) and (cast(@site as text) is null or site = @site) and (cast(@ofSite as text) is null or coalesce(site, '') = @ofSite)
order by name_folded
