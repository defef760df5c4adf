-- Terminals beside a device that are not revoked. Parameters: orgId, deviceId. Rows: TerminalView. Index: terminal_device.
select t.id, t.name, t.name_folded, t.vendor, t.model, t.firmware, t.capabilities, t.revoked_at, t.last_seen_at, t.connected_node, t.panel_state,
       d.name as device, d.site
from terminal t
join device d on d.id = t.device_id
where t.device_id = @deviceId and t.org_id = @orgId and t.revoked_at is null
order by t.name_folded
