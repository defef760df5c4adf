-- Where people belong. Parameters: orgId, since (of the last change). Rows: id, department, cost_centre, by their places. Index: person_updated.
select id, department, cost_centre from person where org_id = @orgId and updated_at >= @since
