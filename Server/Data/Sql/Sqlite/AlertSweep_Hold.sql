-- Keeps the claim and how far devices were looked at; its row count says whether the claim still held. Parameters: node, token, length (microseconds), after (null leaves it). Index: primary key.
update alert_sweep set claim_until = cast(unixepoch('subsec') * 1000000 as integer) + @length, after_device = coalesce(@after, after_device)
where id = 1 and claim_owner = @node and token = @token
