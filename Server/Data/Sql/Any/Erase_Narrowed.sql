-- Forgets a kept report, whoever's, with its schedules. Parameters: id. Index: primary key.
delete from saved_report where id = @id
