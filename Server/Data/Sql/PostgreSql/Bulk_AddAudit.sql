-- Appends to the audit log. Parameters: rows of these columns, copied (SQLite: one row at a time). Index: primary key.
copy audit_log (id, at, org_id, actor, action, subject, after_value)
from stdin (format binary)
