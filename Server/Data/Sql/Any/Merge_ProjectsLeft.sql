-- Ends the projects of a person who is merged. Parameter: from. Index: project_user_person.
delete from project_user where person_id = @from
