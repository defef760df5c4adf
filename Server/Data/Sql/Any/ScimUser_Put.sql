-- Keeps that a person is provisioned. Parameters: personId, orgId, externalId, now. Index: primary key.
insert into scim_user (person_id, org_id, external_id, created_at) values (@personId, @orgId, @externalId, @now)
on conflict (person_id) do update set external_id = excluded.external_id
