-- A page of limits in the order of kind and subject, of people with what those spent who were merged into them, with the names of their subjects and what was spent under them and is held by what runs now.
-- Of those alone whose subject's names hold a part, where one is given: it is looked for in each limit that is passed. Parameters: orgId, folded (a pattern of folded names; null: all), plain (of names as written; patterns escape by \), day, month, year (day numbers on which the running day, month and year began), afterKind, afterSubject (-1 and empty at first), limit. Rows: QuotaRow. Index: unique (org_id, kind, subject), usage_day_person, person_department, usage_day_project.
select q.id, q.org_id, q.kind, q.subject, q.period, q.soft_micros, q.hard_micros, q.extra_micros,
       case q.kind
           when 0 then (select p.user_name from person p where p.id = cast(q.subject as bigint))
           when 1 then q.subject
           else (select j.code from project j where j.id = cast(q.subject as bigint))
       end as name,
       cast(coalesce(case q.kind
           when 0 then (select sum(u.cost_micros) from usage_day u where u.person_id <> 0 and u.person_id in (select cast(q.subject as bigint) union all select y.id from person y where y.merged_into = cast(q.subject as bigint))
               and u.day >= case q.period when 1 then @day when 2 then @month when 3 then @year else 0 end)
           when 1 then (select sum(u.cost_micros) from person m join usage_day u on u.person_id = m.id and u.person_id <> 0 and u.day >= case q.period when 1 then @day when 2 then @month when 3 then @year else 0 end
               where m.org_id = q.org_id and m.department = q.subject)
           else (select sum(u.cost_micros) from usage_day u where u.project_id = cast(q.subject as bigint)
               and u.day >= case q.period when 1 then @day when 2 then @month when 3 then @year else 0 end)
       end, 0) as bigint) as used,
       cast(coalesce((select sum(h.granted_micros - h.spent_micros) from quota_hold h where h.quota_id = q.id and h.granted_micros > h.spent_micros), 0) as bigint) as held
from quota q
where q.org_id = @orgId and (q.kind, q.subject) > (@afterKind, @afterSubject)
  and (cast(@folded as text) is null or case q.kind
      when 0 then exists (select 1 from person f where f.id = cast(q.subject as bigint) and (f.user_folded like @folded escape '\' or lower(coalesce(f.display_name, '')) like @folded escape '\' or coalesce(f.display_name, '') like @plain escape '\'))
      when 1 then lower(q.subject) like @folded escape '\' or q.subject like @plain escape '\'
      else exists (select 1 from project f where f.id = cast(q.subject as bigint) and (f.code_folded like @folded escape '\' or f.name_folded like @folded escape '\')) end)
order by q.kind, q.subject
limit @limit
