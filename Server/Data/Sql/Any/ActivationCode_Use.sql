-- Uses an activation code up; no row changes when it was used meanwhile. Parameters: id, now. Index: primary key.
update activation_code set used_at = @now where id = @id and used_at is null
