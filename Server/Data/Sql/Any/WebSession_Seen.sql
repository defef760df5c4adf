-- Remembers that a session is in use. Parameters: hash, now. Index: primary key.
update web_session set seen_at = @now where hash = @hash and seen_at < @now
