-- Says whose a name of a device is. Parameters: the columns. Index: primary key.
insert into account_name (org_id, kind, value_folded, value, person_id, project_id, updated_at)
values (@orgId, @kind, @folded, @value, @personId, @projectId, @now)
on conflict (org_id, kind, value_folded) do update
set value = excluded.value, person_id = excluded.person_id, project_id = excluded.project_id, updated_at = excluded.updated_at
