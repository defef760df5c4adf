-- Provisioned people by the client's own id. Parameters: orgId, externalId. Rows: ScimLink. Index: scim_user_external.
select u.person_id, u.external_id, u.created_at from scim_user u
where u.org_id = @orgId and u.external_id = @externalId
order by u.person_id
limit 200
