-- The ids and prints of all groups. Parameters: generation. Rows: uuid, print. Index: unique (generation, uuid).
select uuid, print from directory_group where generation = @generation
