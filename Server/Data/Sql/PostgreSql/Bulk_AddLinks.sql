-- Keeps which entry made which person, for entries that nobody knows. Parameters: rows of these columns, copied (SQLite: one row at a time). Index: primary key.
copy directory_person (directory_id, uuid, person_id, dn_key, print, groups_print, written_at, primary_group)
from stdin (format binary)
