-- The person with a Kerberos principal, the first or a further one, unless two have it. Parameters: orgId, principal.
-- Rows: as Login_ByCard without a card. Index: person_principal, primary keys.
select p.id, p.user_name, p.display_name, p.language, p.enabled & p.directory_enabled, p.functions, p.project_required, null, null, null, l.state,
       (select json_group_array(g.group_folded) from person_group g where g.person_id = p.id)
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
