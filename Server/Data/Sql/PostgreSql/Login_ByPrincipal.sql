-- The people with the Kerberos principals of many questions, unless two have one. Parameters: arrays of question, organisation, principal.
-- Rows: as Login_ByCard without a card. Index: person_principal, primary keys.
select q.n, p.id, p.user_name, p.display_name, p.language, p.enabled & p.directory_enabled, p.functions, p.project_required, null::text, null::text, null::bytea, l.state,
       (select array_agg(g.group_folded order by g.group_folded) from person_group g where g.person_id = p.id)
from unnest($1, $2, $3) as q (n, org_id, principal)
join person p on p.org_id = q.org_id and p.principal = q.principal
left join lockout l on l.org_id = p.org_id and l.kind = 'person' and l.name = p.id::text
where not exists (select 1 from person other where other.org_id = p.org_id and other.principal = p.principal and other.id <> p.id)
