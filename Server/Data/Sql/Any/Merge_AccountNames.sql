-- Gives the names under which devices know one person to another. Parameters: from, into. Reads the whole table, which is small.
update account_name set person_id = @into where person_id = @from
