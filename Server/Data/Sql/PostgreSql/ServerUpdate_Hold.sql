-- A node goes on with its turn. Parameters: node, token, length (microseconds). Nothing is changed when the turn was lost. Index: primary key.
update server_update set claim_until = (extract(epoch from clock_timestamp()) * 1000000)::bigint + @length where id = 1 and claim_owner = @node and token = @token and claim_until >= (extract(epoch from clock_timestamp()) * 1000000)::bigint
