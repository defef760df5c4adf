-- Gives the PIN of one person to another who has none. Parameters: from, into. Index: primary key.
update pin set person_id = @into where person_id = @from and not exists (select 1 from pin other where other.person_id = @into)
