-- Forgets a schedule with its deliveries. Parameters: id, orgId, owner (null: anybody's). Index: primary key.
delete from report_schedule where id = @id and org_id = @orgId and (cast(@owner as text) is null or owner = @owner)
