-- Adds or renames a group. Parameters: id, generation, uuid, key, name, print, sid, members. Index: unique (generation, uuid).
insert into directory_group (id, generation, uuid, dn_key, name, print, sid, members) values (@id, @generation, @uuid, @key, @name, @print, @sid, @members)
on conflict (generation, uuid) do update set dn_key = excluded.dn_key, name = excluded.name, print = excluded.print, sid = excluded.sid, members = excluded.members
