-- Forgets members that were brought up to date. Parameters: directoryId, keys. Index: primary key.
delete from directory_dirty where directory_id = @directoryId and member_key in @keys
