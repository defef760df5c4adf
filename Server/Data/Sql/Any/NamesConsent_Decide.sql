-- Decides a wish that waits and is not older than since. Whoever asked may only take it back. Parameters: id, orgId, actor, grant (1 or 0), now, since. Index: primary key.
update names_consent set decided_by = @actor, decided_at = @now
where id = @id and org_id = @orgId and decided_at is null and asked_at > @since and (asked_by <> @actor or @grant = 0)
