-- All groups of a generation. Parameters: generation. Rows: id, name. Index: unique (generation, uuid).
select id, name from directory_group where generation = @generation
