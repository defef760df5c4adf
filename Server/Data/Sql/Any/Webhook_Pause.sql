-- Pauses a webhook until somebody resumes it. Parameters: id, now, reason. Rows: its name and organisation, when it was not paused. Index: primary key.
update webhook set paused_at = @now, paused_reason = @reason where id = @id and paused_at is null
returning name, org_id
