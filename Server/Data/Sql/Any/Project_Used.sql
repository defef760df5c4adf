-- Remembers the use of a project. Parameters: personId, projectId, at. Index: primary key.
insert into project_recent (person_id, project_id, used_at) values (@personId, @projectId, @at)
on conflict (person_id, project_id) do update set used_at = excluded.used_at
