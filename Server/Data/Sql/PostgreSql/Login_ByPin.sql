-- The people whose PINs many questions hold. Parameters: arrays of question, organisation, key, hash.
-- Then day, month, year: day numbers on which the running ones began. Rows: as Login_ByCard without a card. Index: unique (org_id, key_id, hash) of pin, primary keys.
select q.n, p.id, p.user_name, p.display_name, p.language, p.enabled & p.directory_enabled, p.functions, p.project_required, null::text, pin.key_id, pin.hash, l.state,
       (select array_agg(g.group_folded order by g.group_folded) from person_group g where g.person_id = p.id),
       (select json_agg(json_build_array(t.kind, t.soft_micros, t.hard_micros, t.extra_micros, coalesce(case t.kind
                when 0 then (select sum(u.cost_micros) from usage_day u where u.person_id <> 0 and u.person_id in (select p.id union all select y.id from person y where y.merged_into = p.id) and u.day >= case t.period when 1 then $5 when 2 then $6 when 3 then $7 else 0 end)
                else (select sum(u.cost_micros) from person m join usage_day u on u.person_id = m.id and u.person_id <> 0 and u.day >= case t.period when 1 then $5 when 2 then $6 when 3 then $7 else 0 end where m.org_id = p.org_id and m.department = t.subject)
            end, 0), coalesce((select sum(h.granted_micros - h.spent_micros) from quota_hold h where h.quota_id = t.id and h.granted_micros > h.spent_micros), 0)))::text
        from quota t where t.org_id = p.org_id and ((t.kind = 0 and t.subject = p.id::text) or (t.kind = 1 and t.subject = p.department)))
from unnest($1, $2, $3, $4) as q (n, org_id, key_id, hash)
join pin on pin.org_id = q.org_id and pin.key_id = q.key_id and pin.hash = q.hash
join person p on p.id = pin.person_id
left join lockout l on l.org_id = p.org_id and l.kind = 'person' and l.name = p.id::text
