-- Lets or stops people by the word of their directory. Parameters: ids, enabled, now. Index: primary key.
update person set directory_enabled = @enabled, updated_at = @now where id in @ids
