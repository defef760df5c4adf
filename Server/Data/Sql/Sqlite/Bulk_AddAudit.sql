-- Appends to the audit log. Parameters: rows of these columns (PostgreSQL: copied). Index: primary key.
insert into audit_log (id, at, org_id, actor, action, subject, after_value)
values (@p0, @p1, @p2, @p3, @p4, @p5, @p6)
