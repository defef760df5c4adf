-- The limits of a person (with what those spent who were merged into them), their department and a project as one session or job meets them: what was spent, what others hold, and where they end for it already. Parameters:
-- personId, person (the id as text), project (its id as text, null for none), holder, day, month, year (day numbers on which the running ones began). Rows: StandingQuota.
-- Index: unique (org_id, kind, subject), usage_day_person, person_department, usage_day_project, primary key of quota_hold.
select q.id, q.kind, q.soft_micros, q.hard_micros, q.extra_micros,
       cast(coalesce(case q.kind
           when 0 then (select sum(u.cost_micros) from usage_day u where u.person_id <> 0 and u.person_id in (select cast(@personId as bigint) union all select y.id from person y where y.merged_into = @personId)
               and u.day >= case q.period when 1 then @day when 2 then @month when 3 then @year else 0 end)
           when 1 then (select sum(u.cost_micros) from person m join usage_day u on u.person_id = m.id and u.person_id <> 0 and u.day >= case q.period when 1 then @day when 2 then @month when 3 then @year else 0 end
               where m.org_id = q.org_id and m.department = q.subject)
           else (select sum(u.cost_micros) from usage_day u where u.project_id = cast(q.subject as bigint)
               and u.day >= case q.period when 1 then @day when 2 then @month when 3 then @year else 0 end)
       end, 0) as bigint) as used,
       cast(coalesce((select sum(h.granted_micros - h.spent_micros) from quota_hold h where h.quota_id = q.id and h.holder <> @holder and h.granted_micros > h.spent_micros), 0) as bigint) as held,
       cast(coalesce((select h.granted_micros from quota_hold h where h.quota_id = q.id and h.holder = @holder), 0) as bigint) as granted
from quota q
where q.org_id = (select o.org_id from person o where o.id = @personId) and ((q.kind = 0 and q.subject = @person) or (q.kind = 1 and q.subject = (select p.department from person p where p.id = @personId))
    or (q.kind = 2 and q.subject = cast(@project as text)))
order by q.id
