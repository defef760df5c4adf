-- Appends to the audit log. Parameters: one array for each column, in this order (SQLite: one row at a time). Index: primary key.
insert into audit_log (id, at, org_id, actor, action, subject, after_value)
values (@p0, @p1, @p2, @p3, @p4, @p5, @p6)
