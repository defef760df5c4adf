-- Takes people out of the groups that their directory gave. Parameters: one array for each column, in this order (SQLite: one row at a time). Index: primary key.
delete from person_group where person_id = @p0 and directory = 1
