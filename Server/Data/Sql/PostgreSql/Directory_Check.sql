-- Says whether a claim still holds, and keeps it from being taken before the transaction ends; others may do the same beside. Parameters: id, node, token. Rows: one when it holds. Index: primary key.
select id from directory where id = @id and claim_owner = @node and claim_token = @token for share
