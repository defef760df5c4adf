-- Uses the set-up code up; no row changes when it is wrong, used or expired. Parameters: hashes, now. Index: primary key.
update setup_code set used_at = @now where hash = any(@hashes) and used_at is null and expires_at > @now
