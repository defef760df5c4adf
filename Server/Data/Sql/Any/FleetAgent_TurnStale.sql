-- Marks agents that nothing new came of since a time, each once. Parameters: before. Rows: id, org_id, name, last_news. Index: one pass.
update fleet_agent set stale_told = 1
where stale_told = 0 and enrolled_at is not null and revoked_at is null and coalesce(last_new_at, enrolled_at) < @before
returning id, org_id, name, coalesce(last_new_at, enrolled_at) as last_news
