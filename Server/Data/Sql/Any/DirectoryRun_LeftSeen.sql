-- Empties what runs that ended have left. Parameters: none. Index: primary key.
delete from directory_seen where run_id not in (select id from directory_run where ended_at is null)
