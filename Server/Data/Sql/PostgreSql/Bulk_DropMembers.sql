-- Forgets buckets in which no group names anybody any more. Parameters: one array for each column, in this order (SQLite: one row at a time). Index: primary key.
delete from directory_members m using unnest($1, $2) as v (generation, bucket)
where m.generation = v.generation and m.bucket = v.bucket
