-- Ends the favourite projects of a person who is merged. Parameter: from. Index: primary key.
delete from project_favourite where person_id = @from
