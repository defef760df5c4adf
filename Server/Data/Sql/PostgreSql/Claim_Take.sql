-- Takes one device, whoever has it; prolongs the claim when the node has it already. Parameters: deviceId, node, length (microseconds).
-- Rows: the token, none when there is no such device. Index: primary key.
update device_poll
set claim_token = claim_token + case when claim_owner is distinct from @node then 1 else 0 end,
    claim_owner = @node,
    claim_until = (extract(epoch from clock_timestamp()) * 1000000)::bigint + @length
where device_id = @deviceId
returning claim_token
