-- Makes the groups of the first people of a directory such as were given by hand. Parameters: id, limit. Index: directory_person's primary key, person_group's.
update person_group set directory = 0
where directory = 1 and person_id in (select person_id from directory_person where directory_id = @id order by uuid limit @limit)
