-- Marks entries as gone. Parameters: directoryId, uuids, now. Index: primary key.
update directory_person set gone_at = @now where directory_id = @directoryId and uuid in @uuids
