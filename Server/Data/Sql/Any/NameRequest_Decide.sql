-- Decides a wish that nobody has decided and another one has asked (not older than since). Parameters: id, orgId, actor, now, since, expiresAt (null: refused). Rows: the person; none when it may not be decided. Index: primary key.
update name_request set decided_by = @actor, decided_at = @now, expires_at = @expiresAt
where id = @id and org_id = @orgId and decided_at is null and asked_by <> @actor and asked_at > @since
returning person_id
