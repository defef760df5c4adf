-- Gives the projects that one person used last to another. Parameters: from, into. Index: primary key.
insert into project_recent (person_id, project_id, used_at) select @into, project_id, used_at from project_recent where person_id = @from on conflict (person_id, project_id) do nothing
