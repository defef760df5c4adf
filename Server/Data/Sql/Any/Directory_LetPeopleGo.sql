-- Makes the first people of a directory at hand; whoever it keeps out stays out. Parameters: id, limit, now. Index: directory_person's primary key, person's.
update person
set source = 'local', enabled = case when directory_enabled = 0 then 0 else enabled end, directory_enabled = 1, updated_at = @now
where id in (select person_id from directory_person where directory_id = @id order by uuid limit @limit)
