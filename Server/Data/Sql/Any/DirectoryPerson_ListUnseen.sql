-- People that a whole listing did not show. Parameters: directoryId, runId, after (uuid), limit. Rows: GoneRow. Index: primary keys.
select d.uuid, d.person_id, p.user_name from directory_person d
join person p on p.id = d.person_id
where d.directory_id = @directoryId and d.gone_at is null and d.uuid > @after
  and not exists (select 1 from directory_seen s where s.run_id = @runId and s.uuid = d.uuid and s.gone = 0)
order by d.uuid
limit @limit
