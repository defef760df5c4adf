-- Which of these a run has seen already. Parameters: runId, uuids. Rows: uuid. Index: primary key.
select uuid from directory_seen where run_id = @runId and uuid = any(@uuids)
