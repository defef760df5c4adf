-- Ends a claim and keeps what comes of the run. Parameters: id, node, token, nextDue, failures, automatic, fullAt, print (null leaves each). Index: primary key.
update directory
set claim_owner = null, claim_until = 0, wanted = null, next_due = @nextDue, failures = @failures,
    automatic = coalesce(@automatic, automatic), full_at = coalesce(@fullAt, full_at), settings_print = coalesce(@print, settings_print)
where id = @id and claim_owner = @node and claim_token = @token
