-- Ends the PIN of a person who is merged. Parameter: from. Index: primary key.
delete from pin where person_id = @from
