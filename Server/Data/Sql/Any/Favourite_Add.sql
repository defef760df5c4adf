-- Makes a project a favourite of a person. Parameters: personId, projectId. Index: primary key.
insert into project_favourite (person_id, project_id) values (@personId, @projectId) on conflict (person_id, project_id) do nothing
