-- How many people a whole listing did not show. Parameters: directoryId, runId. Rows: one number. Index: primary keys.
select count(*) from directory_person d
where d.directory_id = @directoryId and d.gone_at is null and not exists (select 1 from directory_seen s where s.run_id = @runId and s.uuid = d.uuid and s.gone = 0)
