-- Lets a person use the projects that another may. Parameters: from, into. Index: project_user_person.
insert into project_user (project_id, person_id) select project_id, @into from project_user where person_id = @from on conflict (project_id, person_id) do nothing
