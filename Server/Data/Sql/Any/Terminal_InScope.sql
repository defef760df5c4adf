-- A terminal that a caller may see. Parameters: orgId, whole (1: all) or sites, id. Rows: at most one id. Index: primary key.
select t.id from terminal t join device d on d.id = t.device_id
where t.id = @id and t.org_id = @orgId and (@whole = 1 or d.site = any(@sites))
