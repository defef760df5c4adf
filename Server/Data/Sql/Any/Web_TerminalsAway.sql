-- Terminals that are not connected and were once. Parameters: orgId, limit. Rows: AwayTerminal. Index: one pass over the terminals.
select t.name, d.name as device, t.last_seen_at as since
from terminal t
join device d on d.id = t.device_id
where t.org_id = @orgId and t.revoked_at is null and t.connected_node is null and t.last_seen_at is not null
order by t.last_seen_at desc
limit @limit
