-- Takes further principals from people. Parameters: one array for each column, in this order (SQLite: one row at a time). Index: person_principal_other_person.
delete from person_principal_other where person_id = @p0
