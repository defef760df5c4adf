-- Closes runs whose process died. Parameters: directoryId, now. Index: directory_run_directory.
update directory_run set ended_at = @now, outcome = 'interrupted', message = 'the server that ran it ended; nobody was deactivated by it'
where directory_id = @directoryId and ended_at is null
