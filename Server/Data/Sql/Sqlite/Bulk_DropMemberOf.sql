-- Forgets members that no group names any more. Parameters: one array for each column, in this order (SQLite: one row at a time). Index: primary key.
delete from directory_member_of where generation = @p0 and member_key = @p1
