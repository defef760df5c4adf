-- Adds members of groups that are not there yet, each once. Parameters: rows of these columns, copied (SQLite: one row at a time). Index: primary key.
copy directory_member (generation, member_key, group_id)
from stdin (format binary)
