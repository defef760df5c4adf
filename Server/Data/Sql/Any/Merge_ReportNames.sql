-- Gives kept reports of one owner another name where the other owner has one of that name. Parameters: orgId, from, into (owners). Index: unique (org_id, owner, name_folded).
update saved_report
set name = substr(name, 1, 70) || ' (' || cast(id as text) || ')', name_folded = substr(name_folded, 1, 70) || ' (' || cast(id as text) || ')'
where org_id = @orgId and owner = @from
  and exists (select 1 from saved_report other where other.org_id = @orgId and other.owner = @into and other.name_folded = saved_report.name_folded)
