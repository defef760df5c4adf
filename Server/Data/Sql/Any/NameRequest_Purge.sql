-- Forgets wishes for names. Parameters: before, limit. Index: primary key.
delete from name_request where id in (select id from name_request where asked_at < @before order by id limit @limit)
