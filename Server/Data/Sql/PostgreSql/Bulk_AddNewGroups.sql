-- Puts new people into groups of their directory, each once. Parameters: rows of these columns, copied (SQLite: one row at a time). Index: primary key.
copy person_group (person_id, group_name, group_folded, directory)
from stdin (format binary)
