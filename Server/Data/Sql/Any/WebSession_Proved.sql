-- Remembers that the person of a session has just shown their secret again. Parameters: hash, now. Index: primary key.
update web_session set proved_at = @now, seen_at = @now where hash = @hash
