-- Ends the pause of a webhook: what waits is due, events of the meantime are not made up for. Parameters: id, now. Rows: none. Index: primary key.
update webhook
set paused_at = null, paused_reason = null, failures = 0, failing_since = null, next_due = 0, updated_at = @now,
    from_event = case when paused_at is null then from_event else (select coalesce(max(id), 0) from outbox) end
where id = @id
