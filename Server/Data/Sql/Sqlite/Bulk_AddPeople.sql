-- Adds people of a directory. Parameters: rows of these columns (PostgreSQL: copied). Index: primary key.
insert into person (id, org_id, user_name, user_folded, display_name, email, department, cost_centre, language, principal, directory_enabled, source, created_at, updated_at)
values (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8, @p9, @p10, @p11, @p12, @p13)
