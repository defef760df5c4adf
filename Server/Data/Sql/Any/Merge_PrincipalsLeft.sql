-- Ends the further principals of a person who is merged. Parameter: from. Index: person_principal_other_person.
delete from person_principal_other where person_id = @from
