-- A page of people's names, of one department or all. Parameters: orgId, department (null: all), find (like, null: all), after (folded name), limit. Rows: user_folded. Index: unique (org_id, user_folded).
select user_folded from person
where org_id = @orgId and user_folded > @after and (cast(@department as text) is null or department = @department)
  and (cast(@find as text) is null or user_folded like @find or lower(coalesce(display_name, '')) like @find)
order by user_folded
limit @limit
