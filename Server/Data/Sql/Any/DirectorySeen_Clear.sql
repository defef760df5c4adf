-- Forgets what a run has seen. Parameters: runId. Index: primary key.
delete from directory_seen where run_id = @runId
