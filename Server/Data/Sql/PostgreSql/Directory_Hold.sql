-- Prolongs a claim, and says by its row count whether it still holds. Parameters: id, node, token, length (microseconds). Index: primary key.
update directory set claim_until = (extract(epoch from clock_timestamp()) * 1000000)::bigint + @length where id = @id and claim_owner = @node and claim_token = @token
