-- Keeps a wish for a name. Parameters: id, orgId, personId, actor, reason, now. Index: primary key.
insert into name_request (id, org_id, person_id, asked_by, reason, asked_at) values (@id, @orgId, @personId, @actor, @reason, @now)
