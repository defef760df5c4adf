-- Marks devices that nothing new came of since a time although their agent is heard of, each once. Parameters: before, limit. Rows: device_id, last_news. Index: one pass.
update fleet_device set stale_told = 1
where (agent_id, key) in (
    select f.agent_id, f.key from fleet_device f
    join fleet_agent a on a.id = f.agent_id
    where f.stale_told = 0 and a.revoked_at is null and a.stale_told = 0 and coalesce(f.reading_at, f.inventory_at, f.first_seen_at) < @before
    order by f.agent_id, f.key
    limit @limit)
returning device_id, coalesce(reading_at, inventory_at, first_seen_at) as last_news
