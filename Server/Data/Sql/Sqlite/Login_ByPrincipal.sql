-- The person with a Kerberos principal, unless two have it. Parameters: orgId, principal.
-- Rows: as Login_ByCard without a card. Index: person_principal, primary keys.
select p.id, p.user_name, p.display_name, p.language, p.enabled & p.directory_enabled, p.functions, p.project_required, null, null, null, l.state,
       (select json_group_array(g.group_folded) from person_group g where g.person_id = p.id)
from person p
left join lockout l on l.org_id = p.org_id and l.kind = 'person' and l.name = cast(p.id as text)
where p.org_id = @orgId and p.principal = @principal
  and not exists (select 1 from person other where other.org_id = p.org_id and other.principal = p.principal and other.id <> p.id)
