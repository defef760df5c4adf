-- People that a run was told are gone. Parameters: directoryId, runId, after (uuid), limit. Rows: GoneRow. Index: primary keys.
select d.uuid, d.person_id, p.user_name from directory_seen s
join directory_person d on d.directory_id = @directoryId and d.uuid = s.uuid and d.gone_at is null
join person p on p.id = d.person_id
where s.run_id = @runId and s.gone = 1 and d.uuid > @after
order by d.uuid
limit @limit
