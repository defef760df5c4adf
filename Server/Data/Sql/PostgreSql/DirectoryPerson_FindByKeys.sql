-- What is known of entries by the keys of their names. Parameters: directoryId, keys. Rows: LinkRow. Index: directory_person_dn.
select d.uuid, d.person_id, d.dn_key, d.print, d.groups_print, d.written_at, d.gone_at, d.primary_group, p.updated_at, p.user_folded
from directory_person d
join person p on p.id = d.person_id
where d.directory_id = @directoryId and d.dn_key = any(@keys)
