-- A group by its id in the directory. Parameters: generation, uuid. Rows: GroupRow, at most one. Index: unique (generation, uuid).
select id, uuid, dn_key, name, sid from directory_group where generation = @generation and uuid = @uuid
