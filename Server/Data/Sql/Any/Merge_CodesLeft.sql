-- Ends the activation codes of a person who is merged. Parameter: from. Index: activation_code_person.
delete from activation_code where person_id = @from
