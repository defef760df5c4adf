-- A page of names of active people whom no directory and no provisioning client has. Parameters: orgId, after (folded name), limit. Rows: user_folded. Index: unique (org_id, user_folded).
select p.user_folded from person p
where p.org_id = @orgId and p.user_folded > @after and p.enabled = 1 and p.merged_into is null
  and not exists (select 1 from directory_person d where d.person_id = p.id) and not exists (select 1 from scim_user s where s.person_id = p.id)
order by p.user_folded
limit @limit
