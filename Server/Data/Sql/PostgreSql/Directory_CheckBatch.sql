-- As Directory_Check, for a batch whose commit need not wait for the disk: the run's last commit does, and a run that was cut off reads everything again.
-- Parameters: id, node, token. Rows: one when the claim holds. Index: primary key.
select id, set_config('synchronous_commit', 'off', true) from directory where id = @id and claim_owner = @node and claim_token = @token for share
