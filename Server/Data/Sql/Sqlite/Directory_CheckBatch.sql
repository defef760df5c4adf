-- As Directory_Check; the one writer shares its commits anyway. Parameters: id, node, token. Rows: one when the claim holds. Index: primary key.
select id from directory where id = @id and claim_owner = @node and claim_token = @token
