-- A provisioned person by user name. Parameters: orgId, folded. Rows: ScimLink, at most one. Index: unique (org_id, user_folded) of person.
select u.person_id, u.external_id, u.created_at from scim_user u
join person p on p.id = u.person_id
where p.org_id = @orgId and p.user_folded = @folded and u.org_id = @orgId
