-- The person behind a wish that was granted to whom asks now. Parameters: id, orgId, actor, now. Rows: the person; none otherwise. Index: primary key.
select person_id from name_request where id = @id and org_id = @orgId and asked_by = @actor and expires_at > @now
