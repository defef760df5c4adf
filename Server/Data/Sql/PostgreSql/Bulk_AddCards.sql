-- Gives cards. Parameters: rows of these columns, copied (SQLite: one row at a time). Index: unique (org_id, key_id, hash).
copy card (id, org_id, key_id, hash, suffix, person_id, added_by, added_at)
from stdin (format binary)
