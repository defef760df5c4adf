-- Claims webhooks with something due that nobody serves. Parameters: node, now, length (microseconds), max. Rows: WebhookRow. Index: webhook_event_due; webhooks are few.
update webhook
set claim_owner = @node, claim_until = cast(unixepoch('subsec') * 1000000 as integer) + @length
where id in (
    select w.id from webhook w
    where w.enabled = 1 and w.paused_at is null and w.next_due <= @now and (w.claim_owner is null or w.claim_until < cast(unixepoch('subsec') * 1000000 as integer))
      and exists (select 1 from webhook_event e where e.webhook_id = w.id and e.state = 0 and e.next_due <= @now)
    order by w.next_due
    limit @max
)
returning id, org_id, name, name_folded, address, events, user_names, enabled, secret_sealed, previous_sealed, previous_until, failures, failing_since, paused_at, paused_reason, next_due, created_at, updated_at
