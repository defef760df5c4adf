-- Takes a person out of all groups. Parameters: personId. Index: primary key.
delete from person_group where person_id = @personId
