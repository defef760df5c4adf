-- Gives the favourite projects of one person to another. Parameters: from, into. Index: primary key.
insert into project_favourite (person_id, project_id) select @into, project_id from project_favourite where person_id = @from on conflict (person_id, project_id) do nothing
