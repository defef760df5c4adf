-- Claims the looking at rules for a node. Parameters: node, length (microseconds). Rows: AlertSweepRow, none while another node has it. Index: primary key.
update alert_sweep set claim_owner = @node, claim_until = cast(unixepoch('subsec') * 1000000 as integer) + @length, token = token + 1
where id = 1 and (claim_owner is null or claim_until < cast(unixepoch('subsec') * 1000000 as integer))
returning token, after_device, settled, seen, seen_at
