-- Removes old records. Parameters: directoryId, before (time). Index: directory_run_directory.
delete from directory_run where directory_id = @directoryId and started_at < @before
