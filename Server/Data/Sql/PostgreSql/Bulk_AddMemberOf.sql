-- Tells which groups name members that nobody knew. Parameters: rows of these columns, copied (SQLite: one row at a time). Index: primary key.
copy directory_member_of (generation, member_key, groups)
from stdin (format binary)
