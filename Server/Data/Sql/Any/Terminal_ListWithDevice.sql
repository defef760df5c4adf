-- A page of terminals with their devices. Parameters: orgId, site (null: all), after (folded name), limit. Rows: TerminalView. Index: unique (org_id, name_folded).
select t.id, t.name, t.name_folded, t.vendor, t.model, t.firmware, t.capabilities, t.revoked_at, t.last_seen_at, t.connected_node, t.panel_state,
       d.name as device, d.site
from terminal t
join device d on d.id = t.device_id
where t.org_id = @orgId and t.name_folded > @after and (cast(@site as text) is null or d.site = @site)
order by t.name_folded
limit @limit
