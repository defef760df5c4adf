-- Removes the members of a listing that no longer counts. Parameters: generation. Index: primary key.
delete from directory_members where generation = @generation
