-- A terminal that a caller may see. Parameters: orgId, site (null: all), id. Rows: at most one id. Index: primary key.
select t.id from terminal t join device d on d.id = t.device_id
where t.id = @id and t.org_id = @orgId and (cast(@site as text) is null or d.site = @site)
