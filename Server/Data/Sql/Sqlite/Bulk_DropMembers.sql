-- Forgets buckets in which no group names anybody any more. Parameters: one array for each column, in this order (SQLite: one row at a time). Index: primary key.
delete from directory_members where generation = @p0 and bucket = @p1
