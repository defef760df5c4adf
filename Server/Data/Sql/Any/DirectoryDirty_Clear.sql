-- Forgets all of them: a full listing looks at everybody. Parameters: directoryId. Index: primary key.
delete from directory_dirty where directory_id = @directoryId
