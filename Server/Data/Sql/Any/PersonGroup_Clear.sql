-- Takes a person out of the groups that were given by hand or by a file. Parameters: personId. Index: primary key.
delete from person_group where person_id = @personId and directory = 0
