-- Lets a person use a project. Parameters: members of ProjectUserRow. Index: primary key.
insert into project_user (project_id, person_id) values (@ProjectId, @PersonId) on conflict (project_id, person_id) do nothing
