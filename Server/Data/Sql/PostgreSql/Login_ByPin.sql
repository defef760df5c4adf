-- The people whose PINs many questions hold. Parameters: arrays of question, organisation, key, hash.
-- Rows: as Login_ByCard without a card. Index: unique (org_id, key_id, hash) of pin, primary keys.
select q.n, p.id, p.user_name, p.display_name, p.language, p.enabled & p.directory_enabled, p.functions, p.project_required, null::text, pin.key_id, pin.hash, l.state,
       (select array_agg(g.group_folded order by g.group_folded) from person_group g where g.person_id = p.id)
from unnest($1, $2, $3, $4) as q (n, org_id, key_id, hash)
join pin on pin.org_id = q.org_id and pin.key_id = q.key_id and pin.hash = q.hash
join person p on p.id = pin.person_id
left join lockout l on l.org_id = p.org_id and l.kind = 'person' and l.name = p.id::text
