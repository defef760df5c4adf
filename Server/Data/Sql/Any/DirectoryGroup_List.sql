-- All groups of a generation. Parameters: generation. Rows: id, name, sid, key by which groups name it. Index: unique (generation, uuid).
select id, name, sid, dn_key from directory_group where generation = @generation
