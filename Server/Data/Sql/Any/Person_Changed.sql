-- What people are found by who were changed since a time. Parameters: orgId, since, limit. Rows: user_folded, display_name, email, by their places. Index: person_updated.
select user_folded, display_name, email from person where org_id = @orgId and updated_at >= @since order by updated_at limit @limit
