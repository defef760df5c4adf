-- A page of terminals with their devices. Parameters: orgId, whole (1: all) or sites, after (folded name), limit. Rows: TerminalView. Index: unique (org_id, name_folded).
select t.id, t.name, t.name_folded, t.vendor, t.model, t.firmware, t.capabilities, t.revoked_at, t.last_seen_at, t.connected_node, t.panel_state,
       d.name as device, d.site
from terminal t
join device d on d.id = t.device_id
where t.org_id = @orgId and t.name_folded > @after and (@whole = 1 or d.site = any(@sites))
order by t.name_folded
limit @limit
