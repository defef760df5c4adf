-- As Person_Search for those who have no card and were not merged. Parameters and rows: as there. Reads everybody up to the last one found. Index: unique (org_id, user_folded), card_person (SQLite), primary key of card (PostgreSQL).
select p.user_folded from person p
where p.org_id = @orgId and p.user_folded > @after and p.merged_into is null
  and not exists (select 1 from card c where c.person_id = p.id)
  and (cast(@department as text) is null or p.department = @department)
  and (cast(@folded as text) is null or p.user_folded like @folded escape '\' or lower(coalesce(p.display_name, '')) like @folded escape '\' or coalesce(p.display_name, '') like @plain escape '\' or lower(coalesce(p.email, '')) like @folded escape '\')
  and (cast(@groupName as text) is null or exists (select 1 from person_group g where g.person_id = p.id and g.group_folded = @groupName))
order by p.user_folded
limit @limit
