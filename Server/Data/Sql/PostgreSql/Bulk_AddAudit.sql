-- Appends to the audit log. Parameters: one array for each column, in this order (SQLite: one row at a time). Index: primary key.
insert into audit_log (id, at, org_id, actor, action, subject, after_value)
select * from unnest($1, $2, $3, $4, $5, $6, $7)
