-- Tells which groups name members, a bucket at a time that nobody knew. Parameters: rows of these columns (PostgreSQL: copied). Index: primary key.
insert into directory_members (generation, bucket, members)
values (@p0, @p1, @p2)
