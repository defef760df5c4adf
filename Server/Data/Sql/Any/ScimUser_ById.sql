-- A provisioned person. Parameters: orgId, id. Rows: ScimLink, at most one. Index: primary key.
select u.person_id, u.external_id, u.created_at from scim_user u
where u.org_id = @orgId and u.person_id = @id
