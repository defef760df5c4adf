-- The ids and prints of all groups. Parameters: generation. Rows: uuid, id, print. Index: unique (generation, uuid).
select uuid, id, print from directory_group where generation = @generation
