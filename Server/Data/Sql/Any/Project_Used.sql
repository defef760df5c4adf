-- Remembers that a person used a project. Parameters: person, project, now. Rows: none. Index: project_recent primary key.
insert into project_recent (person_id, project_id, used_at) values (@person, @project, @now)
on conflict (person_id, project_id) do update set used_at = excluded.used_at
