-- Adds or renames a group. Parameters: id, generation, uuid, key, name. Index: unique (generation, uuid).
insert into directory_group (id, generation, uuid, dn_key, name) values (@id, @generation, @uuid, @key, @name)
on conflict (generation, uuid) do update set dn_key = excluded.dn_key, name = excluded.name
