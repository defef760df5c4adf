-- As Person_Search for those who are blocked, who are few among many. Parameters and rows: as there. Index: person_blocked.
select p.user_folded from person p
where p.org_id = @orgId and p.user_folded > @after and (p.enabled = 0 or p.directory_enabled = 0) and p.merged_into is null
  and (cast(@department as text) is null or p.department = @department)
  and (cast(@folded as text) is null or p.user_folded like @folded escape '\' or lower(coalesce(p.display_name, '')) like @folded escape '\' or coalesce(p.display_name, '') like @plain escape '\' or lower(coalesce(p.email, '')) like @folded escape '\')
  and (cast(@groupName as text) is null or exists (select 1 from person_group g where g.person_id = p.id and g.group_folded = @groupName))
order by p.user_folded
limit @limit
