-- Gives the runs of one owner's schedules to another. Parameters: orgId, from, into (owners). Index: report_delivery_time.
update report_delivery set owner = @into where org_id = @orgId and owner = @from
