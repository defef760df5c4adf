-- Uses an activation code up; no row is changed when another request was first. Parameters: id, now. Rows: none. Index: activation_code primary key.
update activation_code set used_at = @now where id = @id and used_at is null
