-- How many people of a directory are not gone. Parameters: directoryId. Rows: one number. Index: primary key.
select count(*) from directory_person where directory_id = @directoryId and gone_at is null
