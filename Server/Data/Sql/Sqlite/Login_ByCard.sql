-- The person with a card. Parameters: orgId, keyId, hash.
-- Then day, month, year: day numbers on which the running ones began. Rows: person, key of the card, the person's PIN, lock-out state, groups and limits (JSON lists of kind, soft, hard, extra, spent, held) (a JSON list). Index: unique (org_id, key_id, hash) of card, primary keys.
select p.id, p.user_name, p.display_name, p.language, p.enabled & p.directory_enabled, p.functions, p.project_required, c.key_id, pin.key_id, pin.hash, l.state,
       (select json_group_array(g.group_folded) from person_group g where g.person_id = p.id),
       (select json_group_array(json_array(t.kind, t.soft_micros, t.hard_micros, t.extra_micros, coalesce(case t.kind
                when 0 then (select sum(u.cost_micros) from usage_day u where u.person_id <> 0 and u.person_id in (select p.id union all select y.id from person y where y.merged_into = p.id) and u.day >= case t.period when 1 then @day when 2 then @month when 3 then @year else 0 end)
                else (select sum(u.cost_micros) from person m join usage_day u on u.person_id = m.id and u.person_id <> 0 and u.day >= case t.period when 1 then @day when 2 then @month when 3 then @year else 0 end where m.org_id = p.org_id and m.department = t.subject)
            end, 0), coalesce((select sum(h.granted_micros - h.spent_micros) from quota_hold h where h.quota_id = t.id and h.granted_micros > h.spent_micros), 0)))
        from quota t where t.org_id = p.org_id and ((t.kind = 0 and t.subject = cast(p.id as text)) or (t.kind = 1 and t.subject = p.department)))
from card c
join person p on p.id = c.person_id
left join pin on pin.person_id = p.id
left join lockout l on l.org_id = p.org_id and l.kind = 'person' and l.name = cast(p.id as text)
where c.org_id = @orgId and c.key_id = @keyId and c.hash = @hash
