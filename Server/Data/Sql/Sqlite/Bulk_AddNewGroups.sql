-- Puts new people into groups of their directory, each once. Parameters: rows of these columns (PostgreSQL: copied). Index: primary key.
insert into person_group (person_id, group_name, group_folded, directory)
values (@p0, @p1, @p2, @p3)
