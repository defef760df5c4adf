-- A good activation code. Parameters: orgId, hashes (not empty), now. Rows: id, person_id, at most one. Index: unique (hash).
select id, person_id from activation_code where hash in @hashes and org_id = @orgId and used_at is null and expires_at > @now
