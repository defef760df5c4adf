-- The ids of all groups. Parameters: generation. Rows: uuid. Index: unique (generation, uuid).
select uuid from directory_group where generation = @generation
