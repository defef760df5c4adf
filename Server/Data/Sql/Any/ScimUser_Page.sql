-- Provisioned people after an id. Parameters: orgId, after, limit. Rows: ScimLink. Index: scim_user_order.
select u.person_id, u.external_id, u.created_at from scim_user u
where u.org_id = @orgId and u.person_id > @after
order by u.person_id
limit @limit
