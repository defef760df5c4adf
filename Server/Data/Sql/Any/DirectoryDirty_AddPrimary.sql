-- Remembers everybody whose primary group this is. Parameters: directoryId, sid. Index: directory_person_primary.
insert into directory_dirty (directory_id, member_key)
select directory_id, dn_key from directory_person where directory_id = @directoryId and primary_group = @sid
on conflict (directory_id, member_key) do nothing
