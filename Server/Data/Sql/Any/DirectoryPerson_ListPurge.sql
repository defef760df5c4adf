-- People whose entry went long ago. Parameters: directoryId, before (time), limit. Rows: person. Index: directory_person_gone.
select person_id from directory_person where directory_id = @directoryId and gone_at < @before order by gone_at limit @limit
