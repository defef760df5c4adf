-- Takes cards away. Parameters: one array for each column, in this order (SQLite: one row at a time). Index: primary key.
delete from card where person_id = @p0 and id = @p1
