-- Adds people of a directory. Parameters: rows of these columns, copied (SQLite: one row at a time). Index: primary key.
copy person (id, org_id, user_name, user_folded, display_name, email, department, cost_centre, language, principal, directory_enabled, source, created_at, updated_at)
from stdin (format binary)
