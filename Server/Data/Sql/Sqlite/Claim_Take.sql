-- Takes one device, whoever has it; prolongs the claim when the node has it already. Parameters: deviceId, node, length (microseconds).
-- Rows: the token, none when there is no such device. Index: primary key.
update device_poll
set claim_token = claim_token + case when claim_owner is not @node then 1 else 0 end,
    claim_owner = @node,
    claim_until = cast(unixepoch('subsec') * 1000000 as integer) + @length
where device_id = @deviceId
returning claim_token
