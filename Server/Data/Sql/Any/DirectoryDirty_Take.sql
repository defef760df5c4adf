-- Members whose groups changed. Parameters: directoryId, limit. Rows: key. Index: primary key.
select member_key from directory_dirty where directory_id = @directoryId order by member_key limit @limit
