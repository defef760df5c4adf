-- The person with a PIN. Parameters: orgId, keyId, hash.
-- Rows: as Login_ByCard without a card. Index: unique (org_id, key_id, hash) of pin, primary keys.
select p.id, p.user_name, p.display_name, p.language, p.enabled & p.directory_enabled, p.functions, p.project_required, null, pin.key_id, pin.hash, l.state,
       (select json_group_array(g.group_folded) from person_group g where g.person_id = p.id)
from pin
join person p on p.id = pin.person_id
left join lockout l on l.org_id = p.org_id and l.kind = 'person' and l.name = cast(p.id as text)
where pin.org_id = @orgId and pin.key_id = @keyId and pin.hash = @hash
