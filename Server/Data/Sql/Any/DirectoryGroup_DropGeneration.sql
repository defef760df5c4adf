-- Removes the groups of a listing that no longer counts. Parameters: generation. Index: unique (generation, uuid).
delete from directory_group where generation = @generation
