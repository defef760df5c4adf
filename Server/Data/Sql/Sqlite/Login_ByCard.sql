-- The person with a card. Parameters: orgId, keyId, hash.
-- Rows: person, key of the card, the person's PIN, lock-out state and groups (a JSON list). Index: unique (org_id, key_id, hash) of card, primary keys.
select p.id, p.user_name, p.display_name, p.language, p.enabled & p.directory_enabled, p.functions, p.project_required, c.key_id, pin.key_id, pin.hash, l.state,
       (select json_group_array(g.group_folded) from person_group g where g.person_id = p.id)
from card c
join person p on p.id = c.person_id
left join pin on pin.person_id = p.id
left join lockout l on l.org_id = p.org_id and l.kind = 'person' and l.name = cast(p.id as text)
where c.org_id = @orgId and c.key_id = @keyId and c.hash = @hash
