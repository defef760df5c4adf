-- How many people were blocked long ago and whom nobody would bring back. Parameter: before. Rows: one number. Reads the people.
select count(*) from person where (enabled = 0 or directory_enabled = 0) and updated_at < @before and merged_into is null
  and not exists (select 1 from directory_person d where d.person_id = person.id and d.gone_at is null) and not exists (select 1 from scim_user s where s.person_id = person.id)
 
