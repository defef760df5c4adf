-- Adds groups of a listing that are not there yet. Parameters: rows of these columns, copied (SQLite: one row at a time). Index: unique (generation, uuid).
copy directory_group (id, generation, uuid, dn_key, name, print, sid, members)
from stdin (format binary)
