-- A page of names. Parameters: orgId, kind and folded of the last one before, limit. Rows: AccountName. Index: primary key.
select a.kind, a.value, a.value_folded, p.user_name as user_name, j.code as project
from account_name a
left join person p on p.id = a.person_id
left join project j on j.id = a.project_id
where a.org_id = @orgId and (a.kind > @kind or (a.kind = @kind and a.value_folded > @folded))
order by a.kind, a.value_folded
limit @limit
