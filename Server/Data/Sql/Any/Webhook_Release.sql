-- Ends a claim. Parameters: id, node. Rows: none. Index: primary key.
update webhook set claim_owner = null, claim_until = 0 where id = @id and claim_owner = @node
