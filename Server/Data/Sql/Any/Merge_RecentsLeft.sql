-- Ends the last projects of a person who is merged. Parameter: from. Index: primary key.
delete from project_recent where person_id = @from
