-- Somebody asks for a version, again if it was halted. Parameters: version, by, at. Nothing is changed while a node has its turn. Index: primary key.
update server_update set version = @version, ordered_by = @by, ordered_at = @at, halted = null where id = 1 and claim_owner is null
