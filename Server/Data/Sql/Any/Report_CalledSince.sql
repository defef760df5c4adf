-- What people are called in reports who were changed since a time. Parameters: orgId, since. Rows: id, name, by their places. Index: person_updated.
select id, coalesce(display_name, user_name) from person where org_id = @orgId and updated_at >= @since
