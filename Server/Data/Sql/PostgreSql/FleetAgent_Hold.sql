-- Prolongs the claim on an agent. Parameters: id, node, length (microseconds). Affects 1 row, none when the claim is lost. Index: primary key.
update fleet_agent set claim_until = (extract(epoch from clock_timestamp()) * 1000000)::bigint + @length where id = @id and claim_owner = @node
