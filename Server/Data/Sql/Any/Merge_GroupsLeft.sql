-- Ends the groups of a person who is merged. Parameter: from. Index: primary key.
delete from person_group where person_id = @from
