-- Keeps the outcome of a poll under a claim. Parameters: deviceId, node, token, now, nextDue, failed (0, 1). Index: primary key.
update device_poll
set next_due = @nextDue,
    failed_polls = case when @failed = 1 then failed_polls + 1 else 0 end,
    unreachable_since = case when @failed = 1 then coalesce(unreachable_since, @now) else null end
where device_id = @deviceId and claim_owner = @node and claim_token = @token
