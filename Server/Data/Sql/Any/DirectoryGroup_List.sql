-- All groups of a generation. Parameters: generation. Rows: id, name, sid. Index: unique (generation, uuid).
select id, name, sid from directory_group where generation = @generation
