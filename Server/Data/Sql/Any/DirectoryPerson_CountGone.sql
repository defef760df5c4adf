-- How many people a run was told are gone. Parameters: directoryId, runId. Rows: one number. Index: primary keys.
select count(*) from directory_seen s
join directory_person d on d.directory_id = @directoryId and d.uuid = s.uuid and d.gone_at is null
where s.run_id = @runId and s.gone = 1
