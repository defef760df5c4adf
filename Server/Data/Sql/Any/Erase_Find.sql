-- Who is to be erased, with whoever was merged into them, and whether somebody else would bring them back. Parameters: orgId, id. Rows: EraseRow. Index: primary key, person_merged.
select p.id, p.user_folded,
       case when exists (select 1 from directory_person d where d.person_id = p.id and d.gone_at is null) then 1 else 0 end as in_directory,
       case when exists (select 1 from scim_user s where s.person_id = p.id) then 1 else 0 end as provisioned
from person p
where p.org_id = @orgId and (p.id = @id or p.merged_into = @id)
order by case when p.id = @id then 1 else 0 end
