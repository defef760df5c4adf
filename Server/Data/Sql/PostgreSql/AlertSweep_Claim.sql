-- Claims the looking at rules for a node. Parameters: node, length (microseconds). Rows: AlertSweepRow, none while another node has it. Index: primary key.
update alert_sweep set claim_owner = @node, claim_until = (extract(epoch from clock_timestamp()) * 1000000)::bigint + @length, token = token + 1
where id = 1 and (claim_owner is null or claim_until < (extract(epoch from clock_timestamp()) * 1000000)::bigint)
returning token, after_device, settled, seen, seen_at
