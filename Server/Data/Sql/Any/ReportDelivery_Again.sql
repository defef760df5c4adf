-- Has a run that was given up, or that may not have arrived, made once more. Parameters: id, orgId, owner (null: anybody's), now. Index: primary key.
update report_delivery set state = 0, attempts = 0, next_try = @now, message = null
where id = @id and org_id = @orgId and (cast(@owner as text) is null or owner = @owner) and state in (4, 5, 6)
