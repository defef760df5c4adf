-- Takes back a person's codes that were not used. Parameters: personId. Index: activation_code_person.
delete from activation_code where person_id = @personId and used_at is null
