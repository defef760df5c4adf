-- Remembers which groups people were given. Parameters: one array for each column, in this order (SQLite: one row at a time). Index: unique (person_id).
update directory_person set groups_print = @p1 where person_id = @p0
