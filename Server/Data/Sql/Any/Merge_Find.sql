-- The two rows of a merge, with what forbids it. Parameters: orgId, from, into. Rows: MergeRow. Index: primary keys.
select p.id, p.merged_into, p.department, p.cost_centre,
       case when exists (select 1 from directory_person d where d.person_id = p.id and d.gone_at is null) then 1 else 0 end as in_directory,
       case when exists (select 1 from scim_user s where s.person_id = p.id) then 1 else 0 end as provisioned
from person p
where p.org_id = @orgId and (p.id = @from or p.id = @into)
