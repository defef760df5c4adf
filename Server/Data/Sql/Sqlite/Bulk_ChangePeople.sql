-- Changes people of a directory. Parameters: one array for each column, in this order (SQLite: one row at a time). Index: primary key.
update person
set user_name = @p1, user_folded = @p2, display_name = @p3, email = @p4, department = @p5, cost_centre = @p6, language = @p7, principal = @p8, directory_enabled = @p9, source = @p10, updated_at = @p11
where id = @p0
