-- Says whether a claim still holds; the one writer keeps it from being taken. Parameters: id, node, token. Rows: one when it holds. Index: primary key.
select id from directory where id = @id and claim_owner = @node and claim_token = @token
