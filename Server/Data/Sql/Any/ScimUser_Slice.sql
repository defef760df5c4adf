-- Some provisioned people in the order of their ids. Parameters: orgId, offset, limit. Rows: ScimLink. Index: scim_user_order.
select u.person_id, u.external_id, u.created_at from scim_user u
where u.org_id = @orgId
order by u.person_id
limit @limit offset @offset
