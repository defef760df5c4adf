-- Ends a claim. Parameters: node, token. Index: primary key.
update alert_sweep set claim_owner = null where id = 1 and claim_owner = @node and token = @token
