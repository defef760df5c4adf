-- The people with the Kerberos principals of many questions, first or further ones, unless two have one. Parameters: arrays of question, organisation, principal.
-- Rows: as Login_ByCard without a card. Index: person_principal, primary keys.
select q.n, p.id, p.user_name, p.display_name, p.language, p.enabled & p.directory_enabled, p.functions, p.project_required, null::text, null::text, null::bytea, l.state,
       (select array_agg(g.group_folded order by g.group_folded) from person_group g where g.person_id = p.id)
from unnest($1, $2, $3) as q (n, org_id, principal)
cross join lateral (
    select min(f.id) as id
    from (
        select a.id from person a where a.org_id = q.org_id and a.principal = q.principal
        union
        select o.person_id from person_principal_other o where o.org_id = q.org_id and o.principal = q.principal
    ) f
    having count(*) = 1
) one
join person p on p.id = one.id
left join lockout l on l.org_id = p.org_id and l.kind = 'person' and l.name = p.id::text
