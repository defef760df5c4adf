-- Remembers when people were written last. Parameters: ids, now. Index: unique (person_id).
update directory_person set written_at = @now where person_id = any(@ids)
