-- Keeps the claim and how far devices were looked at; its row count says whether the claim still held. Parameters: node, token, length (microseconds), after (null leaves it). Index: primary key.
update alert_sweep set claim_until = (extract(epoch from clock_timestamp()) * 1000000)::bigint + @length, after_device = coalesce(@after, after_device)
where id = 1 and claim_owner = @node and token = @token
