-- What the report of a schedule is called today. Parameters: orgId, id. Rows: a name, at most one. Index: primary keys.
select r.name from report_schedule s join saved_report r on r.id = s.report_id where s.id = @id and s.org_id = @orgId
