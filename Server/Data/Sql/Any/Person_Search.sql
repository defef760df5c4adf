-- A page of people's names. Parameters: orgId, department, folded (a part of the folded name), plain (a part as written), groupName (folded), state (null: all; blocked, merged), after (folded name), limit; patterns escape by \.
-- Rows: user_folded. Index: unique (org_id, user_folded).
select p.user_folded from person p
where p.org_id = @orgId and p.user_folded > @after
  and (cast(@department as text) is null or p.department = @department)
  and (cast(@folded as text) is null or p.user_folded like @folded escape '\' or lower(coalesce(p.display_name, '')) like @folded escape '\' or coalesce(p.display_name, '') like @plain escape '\' or lower(coalesce(p.email, '')) like @folded escape '\')
  and (cast(@groupName as text) is null or exists (select 1 from person_group g where g.person_id = p.id and g.group_folded = @groupName))
  and case coalesce(cast(@state as text), '')
        when 'blocked' then p.merged_into is null and (p.enabled = 0 or p.directory_enabled = 0)
        when 'merged' then p.merged_into is not null
        else p.merged_into is null end
order by p.user_folded
limit @limit
