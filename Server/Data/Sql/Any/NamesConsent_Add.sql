-- Keeps a wish, unless one waits. Parameters: id, orgId, actor, reason, now. Index: primary key, names_consent_waiting.
insert into names_consent (id, org_id, asked_by, reason, asked_at) values (@id, @orgId, @actor, @reason, @now)
on conflict do nothing
