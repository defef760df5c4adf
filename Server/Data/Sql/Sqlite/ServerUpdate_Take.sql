-- A node takes its turn. Parameters: node, version, length (microseconds). Rows: the turn's token; none while another node has it, or when the update is halted. Index: primary key.
update server_update set claim_owner = @node, claim_until = cast(unixepoch('subsec') * 1000000 as integer) + @length, token = token + 1,
    ordered_by = case when version = @version then ordered_by end, ordered_at = case when version = @version then ordered_at end, version = @version, halted = null
where id = 1 and claim_owner is null and (halted is null or version <> @version)
returning token
