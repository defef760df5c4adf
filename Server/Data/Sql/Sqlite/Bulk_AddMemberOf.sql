-- Tells which groups name members that nobody knew. Parameters: rows of these columns (PostgreSQL: copied). Index: primary key.
insert into directory_member_of (generation, member_key, groups)
values (@p0, @p1, @p2)
