-- Devices to audit, deleted ones too. Parameters: orgId, name (folded; null: all). Rows: id, name. Index: unique (org_id, name_folded).
select id, name from device
where org_id = @orgId and (cast(@name as text) is null or name_folded = @name)
order by name_folded
