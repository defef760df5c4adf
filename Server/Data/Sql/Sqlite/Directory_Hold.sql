-- Prolongs a claim, and says by its row count whether it still holds. Parameters: id, node, token, length (microseconds). Index: primary key.
update directory set claim_until = cast(unixepoch('subsec') * 1000000 as integer) + @length where id = @id and claim_owner = @node and claim_token = @token
