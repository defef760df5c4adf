-- A page of people's names, of some departments or all. Parameters: orgId, whole (1: all) or departments, find (like, null: all), after (folded name), limit. Rows: user_folded. Index: unique (org_id, user_folded).
select user_folded from person
where org_id = @orgId and user_folded > @after and (@whole = 1 or department = any(@departments))
  and (cast(@find as text) is null or user_folded like @find or lower(coalesce(display_name, '')) like @find)
order by user_folded
limit @limit
