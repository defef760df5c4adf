-- Forgets a pending alert. Parameters: id, version. Index: primary key.
delete from alert where id = @id and version = @version and state = 0
