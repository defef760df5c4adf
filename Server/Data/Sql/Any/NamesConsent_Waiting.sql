-- The wish that waits for a second person. Parameters: orgId, since (older ones are over). Rows: NamesConsentRow, at most one. Index: names_consent_waiting.
select id, asked_by, reason, asked_at from names_consent where org_id = @orgId and decided_at is null and asked_at > @since
