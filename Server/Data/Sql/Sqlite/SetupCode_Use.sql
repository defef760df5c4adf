-- Uses the set-up code up; no row when it is wrong, used or expired. Parameters: hashes (not empty), now. Rows: role and scope of the account to make. Index: primary key.
update setup_code set used_at = @now where hash in @hashes and used_at is null and expires_at > @now returning role, scope
