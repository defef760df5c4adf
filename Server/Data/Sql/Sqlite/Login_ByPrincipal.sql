-- The person with a Kerberos principal, the first or a further one, unless two have it. Parameters: orgId, principal.
-- Then day, month, year: day numbers on which the running ones began. Rows: as Login_ByCard without a card. Index: person_principal, primary keys.
select p.id, p.user_name, p.display_name, p.language, p.enabled & p.directory_enabled, p.functions, p.project_required, null, null, null, l.state,
       (select json_group_array(g.group_folded) from person_group g where g.person_id = p.id),
       (select json_group_array(json_array(t.kind, t.soft_micros, t.hard_micros, t.extra_micros, coalesce(case t.kind
                when 0 then (select sum(u.cost_micros) from usage_day u where u.person_id <> 0 and u.person_id in (select p.id union all select y.id from person y where y.merged_into = p.id) and u.day >= case t.period when 1 then @day when 2 then @month when 3 then @year else 0 end)
                else (select sum(u.cost_micros) from person m join usage_day u on u.person_id = m.id and u.person_id <> 0 and u.day >= case t.period when 1 then @day when 2 then @month when 3 then @year else 0 end where m.org_id = p.org_id and m.department = t.subject)
            end, 0), coalesce((select sum(h.granted_micros - h.spent_micros) from quota_hold h where h.quota_id = t.id and h.granted_micros > h.spent_micros), 0)))
        from quota t where t.org_id = p.org_id and ((t.kind = 0 and t.subject = cast(p.id as text)) or (t.kind = 1 and t.subject = p.department)))
from (
    select min(f.id) as id
    from (
        select a.id from person a where a.org_id = @orgId and a.principal = @principal
        union
        select o.person_id from person_principal_other o where o.org_id = @orgId and o.principal = @principal
    ) f
    having count(*) = 1
) one
join person p on p.id = one.id
left join lockout l on l.org_id = p.org_id and l.kind = 'person' and l.name = cast(p.id as text)
