-- Ends a wish that waited too long. Parameters: orgId, since, now. Index: names_consent_waiting.
update names_consent set decided_at = @now where org_id = @orgId and decided_at is null and asked_at <= @since
