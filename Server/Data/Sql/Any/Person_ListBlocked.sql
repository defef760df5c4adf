-- People who were blocked long ago and whom nobody would bring back. Parameters: before, limit. Rows: id, org_id. Reads the people.
select id, org_id from person where (enabled = 0 or directory_enabled = 0) and updated_at < @before and merged_into is null
  and not exists (select 1 from directory_person d where d.person_id = person.id and d.gone_at is null) and not exists (select 1 from scim_user s where s.person_id = person.id)
  order by updated_at limit @limit
