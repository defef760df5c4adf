-- Prolongs the claim on an agent. Parameters: id, node, length (microseconds). Affects 1 row, none when the claim is lost. Index: primary key.
update fleet_agent set claim_until = cast(unixepoch('subsec') * 1000000 as integer) + @length where id = @id and claim_owner = @node
