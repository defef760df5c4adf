-- Gives the schedules of one owner to another. Parameters: orgId, from, into (owners). Reads the table, which is small.
update report_schedule set owner = @into where org_id = @orgId and owner = @from
