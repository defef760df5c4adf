-- Adds a webhook or changes what people set of it; a changed address begins without failures. Parameters: the columns. Rows: none. Index: primary key.
insert into webhook (id, org_id, name, name_folded, address, events, user_names, enabled, secret_sealed, from_event, created_at, updated_at)
values (@id, @orgId, @name, @nameFolded, @address, @events, @userNames, @enabled, @secretSealed, (select coalesce(max(id), 0) from outbox), @now, @now)
on conflict (id) do update set
    address = excluded.address, events = excluded.events, user_names = excluded.user_names, enabled = excluded.enabled, updated_at = excluded.updated_at,
    from_event = case when webhook.enabled = 0 and excluded.enabled = 1 then excluded.from_event else webhook.from_event end,
    failures = case when webhook.address = excluded.address then webhook.failures else 0 end,
    failing_since = case when webhook.address = excluded.address then webhook.failing_since else null end,
    next_due = case when webhook.address = excluded.address then webhook.next_due else 0 end
